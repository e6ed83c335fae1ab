//! The name that somebody may have meant.

/// Names differ by at most so many letters to be taken for each other.
const FAR: usize = 2;

/// Longest name that is looked at, in letters.
const LONGEST: usize = 64;

/// Returns the known name that is most like another, if one is.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let typed: Vec<char> = name.to_lowercase().chars().take(LONGEST + 1).collect();
    if typed.len() > LONGEST {
        return None;
    }
    let far = FAR.min(typed.len() / 3);
    let distances = known
        .iter()
        .map(|known| (distance(&typed, &known.to_lowercase()), *known));
    let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= far).then_some(known)
}

/// How many letters must be put in, taken out or changed (Levenshtein).
fn distance(one: &[char], other: &str) -> usize {
    let mut row: Vec<usize> = (0..=one.len()).collect();
    for (place, letter) in other.chars().enumerate() {
        let mut diagonal = place;
        let mut left = place + 1;
        let mut next = vec![left];
        for (own, above) in one.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(*own != letter))
                .min(left + 1)
                .min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_right_is_known() {
        let known = ["program", "Image", "args", "CommandLine"];
        let cases = [
            ("programme", Some("program")),
            ("progam", Some("program")),
            ("image", Some("Image")),
            ("Commandline", Some("CommandLine")),
            ("arg", Some("args")),
            ("user", None),
            ("ax", None),
            ("", None),
        ];
        for (typed, meant) in cases {
            assert_eq!(nearest(typed, &known), meant, "{typed}");
        }
        assert_eq!(nearest(&"p".repeat(100_000), &known), None);
        assert_eq!(nearest("program", &[]), None);
        let letters: Vec<char> = "kitten".chars().collect();
        assert_eq!(distance(&letters, "sitting"), 3);
    }
}
