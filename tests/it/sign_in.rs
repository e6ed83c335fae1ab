//! Who gets in: a link that works once, a cookie that a restart does not end and the
//! user can, a token that is private and can be replaced.

use ringfence_tests::home::Home;
use std::os::unix::fs::MetadataExt;

const STATUS: &str = "/api/v1/status";

fn up() -> Home {
    let home = Home::new();
    home.up();
    home
}

#[test]
fn a_link_works_once() {
    let home = up();
    let door = home.door();
    let link = home.link();
    let path = link.strip_prefix(&door.origin()).expect("our own link");

    let looked = door.ask("HEAD", path).send();
    assert_ne!(looked.status, 303, "a look at a link is no sign-in");
    let first = door.ask("GET", path).send();
    assert_eq!(first.status, 303, "{first:?}");
    assert_eq!(first.header("location"), Some("/"));
    let set = first.header("set-cookie").expect("a cookie");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(set.contains(&format!("; {attribute}")), "{set}");
    }
    let cookie = first.cookie();
    assert_eq!(door.ask("GET", STATUS).cookie(&cookie).send().status, 200);

    for path in [path, "/auth", "/auth?code=", "/auth?code=0123456789abcdef"] {
        let refused = door.ask("GET", path).send();
        assert_eq!(refused.status, 403, "{path}: {refused:?}");
        assert_eq!(refused.header("set-cookie"), None, "{path}");
        assert!(refused.text().contains("ringfence open"), "{refused:?}");
    }
}

#[test]
fn a_signed_in_browser_stays_so_until_the_user_ends_it() {
    let home = up();
    let cookie = home.sign_in();
    let status = |home: &Home, cookie: &str| {
        let door = home.door();
        door.ask("GET", STATUS).cookie(cookie).send().status
    };
    home.down();
    home.up();
    assert_eq!(status(&home, &cookie), 200, "a restart signs nobody out");
    drop(home.ringfence(&["open", "--sign-out"]).ok());
    assert_eq!(status(&home, &cookie), 401);
    assert_eq!(status(&home, &home.sign_in()), 200);

    home.down();
    drop(home.ringfence(&["open", "--sign-out"]).ok());
    home.up();
    assert_eq!(status(&home, &cookie), 401, "also without a daemon");
}

#[test]
fn a_cookie_that_was_tampered_with_is_none() {
    let home = up();
    let cookie = home.sign_in();
    let door = home.door();
    let (until, signature) = cookie.split_once('.').expect("a moment and its signature");
    let far = format!("{until}0.{signature}");
    let unsigned = format!("{until}.");
    for cookie in [
        far.as_str(),
        unsigned.as_str(),
        "ringfence=",
        "ringfence=1.1",
    ] {
        let answer = door.ask("GET", STATUS).cookie(cookie).send();
        assert_eq!(answer.status, 401, "{cookie}");
    }
}

#[test]
fn the_token_is_private_and_can_be_replaced() {
    let home = up();
    let first = home.token();
    assert_eq!(home.token(), first, "asking changes nothing");
    let path = home.data().join("api-token");
    let mode = path.metadata().expect("the token's file").mode();
    assert_eq!(mode & 0o777, 0o600);

    let second = home.ringfence(&["token", "--new"]).ok();
    let second = second.stdout.trim();
    assert_ne!(second, first);
    let door = home.door();
    let status = |token: &str| door.ask("GET", STATUS).bearer(token).send().status;
    assert_eq!((status(&first), status(second)), (401, 200));
    let mode = path.metadata().expect("the token's file").mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn nothing_private_is_logged() {
    let home = up();
    let cookie = home.sign_in();
    let link = home.link();
    let door = home.door();
    let wrong = "a-wrong-token-is-often-a-right-one-elsewhere";
    drop(door.ask("GET", STATUS).bearer(wrong).send());
    drop(door.ask("GET", "/auth?code=a-wrong-code").send());
    let log = home.log();
    let (_, code) = link.split_once("code=").expect("a code");
    for secret in [
        cookie.as_str(),
        code,
        door.token.as_str(),
        wrong,
        "a-wrong-code",
    ] {
        assert!(!log.contains(secret), "{secret} is logged:\n{log}");
    }
    assert!(log.contains("credential"), "{log}");
}
