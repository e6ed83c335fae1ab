use super::*;
use http_body_util::BodyExt;

const PAGE: &[u8] = b"<!doctype html>";

fn table() -> [Asset; 3] {
    let asset = |address, is_brotli, bytes| Asset {
        address,
        is_brotli,
        bytes,
    };
    [
        asset("/index.html", false, PAGE),
        asset("/assets/x-1.js", true, COMPRESSED),
        asset("/icon.svg", false, b"<svg/>"),
    ]
}

/// `hello\n`, compressed.
const COMPRESSED: &[u8] = &[0x8b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', b'\n', 0x03];

#[test]
fn a_path_is_a_file_a_page_or_nothing() {
    for (path, found) in [
        ("/index.html", Some("/index.html")),
        ("/", Some("/index.html")),
        ("/live", Some("/index.html")),
        ("/sessions/abc", Some("/index.html")),
        ("/icon.svg", Some("/icon.svg")),
        ("/assets/x-1.js", Some("/assets/x-1.js")),
        ("/assets/x-2.js", None),
        ("/assets/", None),
        ("/assets/passwd", None),
        ("/favicon.ico", None),
        ("/../../etc/passwd", None),
        ("/assets/../../../etc/passwd", None),
        ("/assets/..%2f..%2fetc/passwd", None),
        ("//etc/passwd", Some("/index.html")),
        ("/%2e%2e/etc/passwd", Some("/index.html")),
    ] {
        let table = table();
        let asset = find(&table, path).map(|asset| asset.address);
        assert_eq!(asset, found, "{path}");
    }
}

#[test]
fn who_takes_brotli_gets_it() {
    for (accepts, expected) in [
        ("", false),
        ("gzip", false),
        ("gzip, deflate, br, zstd", true),
        ("br;q=0", false),
        ("BR; q=0.5", true),
        ("br;q=x", false),
        ("brx", false),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepts));
        assert_eq!(takes_brotli(&headers), expected, "{accepts}");
    }
}

#[tokio::test]
async fn who_does_not_take_brotli_gets_it_plain() {
    for (takes_brotli, expected) in [(true, COMPRESSED), (false, b"hello\n")] {
        let (body, is_brotli) = content(&table()[1], takes_brotli).unwrap();
        let body = body.collect().await.unwrap().to_bytes();
        assert_eq!((is_brotli, body.as_ref()), (takes_brotli, expected));
    }
}

#[test]
fn what_is_embedded_can_be_served() {
    assert!(find(ASSETS, "/").is_some());
    for asset in ASSETS {
        assert!(content(asset, false).is_some(), "{}", asset.address);
    }
}
