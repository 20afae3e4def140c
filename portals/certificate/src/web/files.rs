//! What the portal serves besides pages, its own part: a stylesheet, a script, its icons.

use sekisho_site::page::Asset;

/// The files.
pub static SHELF: &[Asset] = &[
    Asset {
        name: "certificate.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/certificate.css"),
    },
    Asset {
        name: "clock.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/clock.js"),
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

/// Where a file of the portal is served; empty when there is none of that name.
pub fn href(name: &str) -> String {
    SHELF.iter().find(|asset| asset.name == name).map(Asset::href).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_made_of_its_content() {
        for asset in SHELF {
            assert_eq!(href(asset.name), asset.href());
        }
        assert_eq!(href("other.css"), "");
    }

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
