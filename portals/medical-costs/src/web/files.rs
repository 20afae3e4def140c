//! What the portal serves besides pages, its own part: a stylesheet and its icons.

use sekisho_site::page::Asset;

/// The files.
pub static SHELF: &[Asset] = &[
    Asset {
        name: "medical-costs.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/medical-costs.css"),
    },
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../../assets/icons/icon.svg") },
    Asset {
        name: "icon-180.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-180.png"),
    },
    Asset {
        name: "icon-192.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-192.png"),
    },
    Asset {
        name: "icon-512.png",
        kind: "image/png",
        bytes: include_bytes!("../../assets/icons/icon-512.png"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icons_have_the_sizes_they_are_listed_with() {
        for (name, size) in [("icon-180.png", 180_u32), ("icon-192.png", 192), ("icon-512.png", 512)] {
            let icon = SHELF.iter().find(|asset| asset.name == name).unwrap();
            assert_eq!(icon.bytes[1..4], *b"PNG");
            assert_eq!(icon.bytes[16..20], size.to_be_bytes());
            assert_eq!(icon.bytes[20..24], size.to_be_bytes());
        }
    }
}
