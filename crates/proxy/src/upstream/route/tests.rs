use super::*;

#[test]
fn reads_addresses_as_people_write_them() {
    let cases = [
        ("http://proxy.test:3128", "http://proxy.test:3128", None),
        ("proxy.test", "http://proxy.test:80", None),
        ("https://PROXY.test/", "https://proxy.test:443", None),
        ("http://[::1]:8080", "http://::1:8080", None),
        (
            "http://me:p%40ss@proxy.test:1",
            "http://proxy.test:1",
            Some("Basic bWU6cEBzcw=="),
        ),
        (
            "http://me@proxy.test:1",
            "http://proxy.test:1",
            Some("Basic bWU6"),
        ),
        (
            "http://a%zz:%4@proxy.test:1",
            "http://proxy.test:1",
            Some("Basic YSV6ejolNA=="),
        ),
    ];
    for (text, expected, authorization) in cases {
        let address: ProxyAddress = text.parse().unwrap();
        assert_eq!(format!("{address:?}"), expected);
        assert_eq!(address.authorization(), authorization, "{text}");
    }
    let wrong = [
        ("socks5://proxy.test:1080", ProxyAddressError::Scheme),
        ("http://", ProxyAddressError::Host),
        ("http://proxy.test:port", ProxyAddressError::Host),
        ("", ProxyAddressError::Host),
    ];
    for (text, error) in wrong {
        assert_eq!(text.parse::<ProxyAddress>(), Err(error), "{text}");
    }
}

#[test]
fn goes_around_the_proxy_where_it_should() {
    let bypass = Bypass::read(
        "example.test,.inner.test, port.test:8080,10.0.0.0/8,fd00::/8,192.0.2.1,/,x:y",
    );
    let cases = [
        ("example.test", 443, true),
        ("a.example.test", 443, true),
        ("notexample.test", 443, false),
        ("inner.test", 443, true),
        ("port.test", 8080, true),
        ("port.test", 443, false),
        ("10.1.2.3", 443, true),
        ("11.1.2.3", 443, false),
        ("fd12::1", 443, true),
        ("fe80::1", 443, false),
        ("192.0.2.1", 443, true),
        ("localhost", 443, true),
        ("127.0.0.9", 443, true),
        ("::1", 443, true),
        ("other.test", 443, false),
    ];
    for (host, port, expected) in cases {
        assert_eq!(bypass.names(host, port), expected, "{host}:{port}");
    }
    assert!(Bypass::read("*").names("other.test", 1));
    assert!(within(
        "1.2.3.4".parse().unwrap(),
        "9.9.9.9".parse().unwrap(),
        0
    ));
    assert!(!Bypass::default().names("other.test", 1));
}
