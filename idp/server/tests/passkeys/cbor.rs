//! As much of CBOR as an authenticator writes (RFC 8949, CTAP2 canonical form is the caller's).

/// A value.
#[derive(Clone, Debug)]
pub enum Cbor {
    Int(i64),
    Bytes(Vec<u8>),
    Text(&'static str),
    Bool(bool),
    Map(Vec<(Cbor, Cbor)>),
    /// Bytes that stand as they are.
    Raw(Vec<u8>),
}

impl Cbor {
    /// The value as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(value) if *value >= 0 => head(out, 0, value.unsigned_abs()),
            Self::Int(value) => head(out, 1, value.unsigned_abs() - 1),
            Self::Bytes(bytes) => {
                head(out, 2, bytes.len() as u64);
                out.extend(bytes);
            }
            Self::Text(text) => {
                head(out, 3, text.len() as u64);
                out.extend(text.bytes());
            }
            Self::Map(entries) => {
                head(out, 5, entries.len() as u64);
                for (key, value) in entries {
                    key.write(out);
                    value.write(out);
                }
            }
            Self::Bool(value) => out.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Raw(bytes) => out.extend(bytes),
        }
    }
}

/// Lists in one another, `depth` of them.
pub fn deep(depth: usize) -> Vec<u8> {
    let mut bytes = vec![0x81; depth];
    bytes.push(0);
    bytes
}

fn head(out: &mut Vec<u8>, major: u8, value: u64) {
    let bytes = value.to_be_bytes();
    match value {
        0..24 => out.push(major << 5 | bytes[7]),
        24..0x100 => out.extend([major << 5 | 0x18, bytes[7]]),
        0x100..0x1_0000 => {
            out.push(major << 5 | 0x19);
            out.extend(&bytes[6..]);
        }
        _ => {
            out.push(major << 5 | 0x1a);
            out.extend(&bytes[4..]);
        }
    }
}
