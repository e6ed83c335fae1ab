//! The cookie that a signed-in browser holds: a moment until which it is valid, signed.
//!
//! **Invariant:** nothing is kept here about who is signed in. A cookie is good as
//! long as its time runs and the key is the same; a new key signs everybody out.

/// The cookie's name.
const NAME: &str = "ringfence";

/// How long a browser stays signed in.
pub(crate) const MAX_AGE_SECONDS: i64 = 30 * 24 * 60 * 60;

/// What is signed, besides the moment: another use of the key must not make a cookie.
const PURPOSE: &str = "ringfence dashboard cookie 1\n";

/// Signs cookies and knows its own again.
pub(crate) struct Cookies {
    key: [u8; 32],
}

impl Cookies {
    pub(crate) fn new(key: [u8; 32]) -> Cookies {
        Cookies { key }
    }

    /// Returns the `Set-Cookie` that signs a browser in.
    pub(crate) fn sign_in(&self, now: i64) -> String {
        let until = now.saturating_add(MAX_AGE_SECONDS);
        let signature = self.signature(until).to_hex();
        format!(
            "{NAME}={until}.{signature}; HttpOnly; SameSite=Strict; Path=/; Max-Age={MAX_AGE_SECONDS}"
        )
    }

    /// Returns the `Set-Cookie` that signs a browser out.
    pub(crate) fn sign_out() -> String {
        format!("{NAME}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0")
    }

    /// Whether a `Cookie` header (RFC 6265, section 4.2) holds a cookie of ours that is still good.
    pub(crate) fn admit(&self, header: &str, now: i64) -> bool {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == NAME && self.is_good(value, now))
    }

    fn is_good(&self, value: &str, now: i64) -> bool {
        let Some((until, signature)) = value.split_once('.') else {
            return false;
        };
        let (Ok(until), Ok(signature)) = (until.parse(), blake3::Hash::from_hex(signature)) else {
            return false;
        };
        // `==` of two hashes takes the same time whatever they are.
        self.signature(until) == signature && now < until
    }

    fn signature(&self, until: i64) -> blake3::Hash {
        blake3::keyed_hash(&self.key, format!("{PURPOSE}{until}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn value(set_cookie: &str) -> &str {
        set_cookie.split(';').next().unwrap()
    }

    #[test]
    fn only_our_own_cookie_in_its_time_is_good() {
        let ours = Cookies::new([7; 32]);
        let set = ours.sign_in(NOW);
        let good = value(&set);
        let until = NOW + MAX_AGE_SECONDS;
        let later = good.replace(&until.to_string(), &(until + 1).to_string());
        let foreign = Cookies::new([8; 32]).sign_in(NOW);
        for (header, now, admitted) in [
            (good.to_owned(), NOW, true),
            (good.to_owned(), until - 1, true),
            (good.to_owned(), until, false),
            (format!("theme=dark; {good}; x"), NOW, true),
            (format!("ringfence=1.2; {good}"), NOW, true),
            (later, NOW, false),
            (value(&foreign).to_owned(), NOW, false),
            (good.replace("ringfence=", "other="), NOW, false),
            (format!("ringfence={until}."), NOW, false),
            (format!("ringfence={until}.{}", "0".repeat(64)), NOW, false),
            ("ringfence=".to_owned(), NOW, false),
            ("ringfence".to_owned(), NOW, false),
            (String::new(), NOW, false),
        ] {
            assert_eq!(ours.admit(&header, now), admitted, "{header}");
        }
    }

    #[test]
    fn no_script_and_no_other_site_gets_it() {
        let set = Cookies::new([7; 32]).sign_in(NOW);
        let (_, attributes) = set.split_once(';').unwrap();
        assert_eq!(
            attributes,
            " HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000"
        );
    }
}
