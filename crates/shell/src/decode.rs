//! What filters print when the command line holds their input: `echo`, `printf`, `base64 -d`, `rev` …
//!
//! **Invariant:** pure functions; nothing longer than [`LONGEST_WORD`] comes out. Bytes that are no
//! UTF-8 pass through as [`bytes::text`] has them, so that a later filter gets them back.

mod archive;
mod bytes;

use crate::expand::escapes::{Style, unescape};
use crate::words::{Field, LONGEST_WORD};

/// What a filter does to known text: its name in `through`, and the text.
pub(crate) type Filtered = (&'static str, String);

/// Runs a filter; nothing when it is no filter or its result is not known.
pub(crate) fn filter(program: &str, words: &[Field], input: Option<&str>) -> Option<Filtered> {
    let arguments: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let result = match program {
        "echo" => ("echo", echo(&arguments)),
        "printf" => ("printf", printf(&arguments)?),
        "which" | "type" | "command" => ("which", located(program, &arguments)?),
        _ => transform(program, &arguments, input?)?,
    };
    (result.1.len() <= LONGEST_WORD).then_some(result)
}

/// `which curl`, `command -v curl`: the program that is asked for, by its name.
fn located(program: &str, arguments: &[&str]) -> Option<String> {
    let asks = match program {
        "which" => true,
        "type" => arguments.contains(&"-p") || arguments.contains(&"-P"),
        _ => arguments.contains(&"-v"),
    };
    let mut names = arguments.iter().filter(|word| !word.starts_with('-'));
    let name = names.next().filter(|_| asks && names.next().is_none())?;
    Some(format!("{name}\n"))
}

fn transform(program: &str, arguments: &[&str], input: &str) -> Option<Filtered> {
    let flags: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|word| word.len() > 1 && word.starts_with('-'))
        .collect();
    let operands = arguments
        .iter()
        .filter(|word| **word == "-" || !word.starts_with('-'));
    let from_file = operands.clone().any(|word| *word != "-");
    let decodes = flags.iter().any(|flag| {
        flag.starts_with("--d") || (!flag.starts_with("--") && flag.contains(['d', 'D']))
    });
    match program {
        "cat" | "tee" if program == "tee" || !from_file => Some(("cat", input.to_owned())),
        "base64" | "gbase64" if decodes => Some(("base64 -d", text(&base64(input)?))),
        "base32" if decodes => Some(("base32 -d", text(&base32(input)?))),
        "basenc" if decodes => basenc(&flags, input),
        "openssl" => openssl(arguments, input),
        "xxd" if flags.iter().any(|flag| flag.contains('r')) => {
            let plain = flags.iter().any(|flag| flag.contains('p'));
            Some(("xxd -r", text(&hex(input, plain)?)))
        }
        "rev" if !from_file => Some(("rev", lines(input, |line| line.chars().rev().collect()))),
        "tac" if !from_file => {
            let mut turned: Vec<&str> = input.lines().collect();
            turned.reverse();
            Some(("tac", turned.join("\n")))
        }
        "b64decode" if flags.iter().any(|flag| flag.contains('r')) => {
            Some(("base64 -d", text(&base64(input)?)))
        }
        "gunzip" | "zcat" | "gzcat" | "unpigz" if !from_file => {
            Some(("gunzip", archive::unpack(&bytes::of(input))?))
        }
        "gzip" | "pigz" if decodes && !from_file => {
            Some(("gunzip", archive::unpack(&bytes::of(input))?))
        }
        "zlib-flate" if flags.contains(&"-uncompress") => {
            Some(("gunzip", archive::unpack(&bytes::of(input))?))
        }
        "head" | "tail" => slice(program, arguments, input).map(|kept| ("head", kept)),
        "cut" => columns(&flags, input).map(|kept| ("cut", kept)),
        "tr" => Some(("tr", translate(&flags, arguments, input)?)),
        "sed" => Some(("sed", substitute(arguments, input)?)),
        "rot13" => Some(("rot13", translate(&[], &["A-Za-z", "N-ZA-Mn-za-m"], input)?)),
        _ => None,
    }
}

fn text(bytes: &[u8]) -> String {
    bytes::text(bytes)
}

/// `head -c 5`, `head -n 2`, `tail -c +5`, `tail -n +2`.
fn slice(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let joined = arguments.concat();
    let letters = joined
        .strip_prefix("-c")
        .or(joined.strip_prefix("--bytes="));
    let count = letters.or(joined.strip_prefix("-n"))?;
    let skip = count
        .strip_prefix('+')
        .and_then(|skip| skip.parse::<usize>().ok());
    let take = count.parse::<usize>().ok();
    Some(match (program, letters.is_some(), skip, take) {
        ("tail", true, Some(skip), _) => input.chars().skip(skip.saturating_sub(1)).collect(),
        ("tail", false, Some(skip), _) => lines_of(input.lines().skip(skip.saturating_sub(1))),
        ("head", true, None, Some(take)) => input.chars().take(take).collect(),
        ("head", false, None, Some(take)) => lines_of(input.lines().take(take)),
        _ => return None,
    })
}

fn lines_of<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// `cut -c2-`, `cut -b 3-9`.
fn columns(flags: &[&str], input: &str) -> Option<String> {
    let [flag] = flags else { return None };
    let range = flag.strip_prefix("-c").or(flag.strip_prefix("-b"))?;
    let (from, to) = range.split_once('-')?;
    let from = from.parse::<usize>().unwrap_or(1).saturating_sub(1);
    let to = to.parse::<usize>().unwrap_or(usize::MAX);
    Some(lines(input, |line| {
        line.chars().take(to).skip(from).collect()
    }))
}

fn lines(input: &str, change: impl Fn(&str) -> String) -> String {
    let mut result = String::with_capacity(input.len());
    for line in input.lines() {
        result.push_str(&change(line));
        result.push('\n');
    }
    result
}

fn echo(arguments: &[&str]) -> String {
    let flags = arguments
        .iter()
        .take_while(|word| {
            word.strip_prefix('-').is_some_and(|letters| {
                !letters.is_empty() && letters.bytes().all(|byte| b"neE".contains(&byte))
            })
        })
        .count();
    let has = |letter| {
        arguments
            .iter()
            .take(flags)
            .any(|flag| flag.contains(letter))
    };
    let joined = arguments
        .iter()
        .skip(flags)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let mut line = if has('e') {
        unescape(&joined, Style::Echo)
    } else {
        joined
    };
    if !has('n') {
        line.push('\n');
    }
    line
}

/// `printf`, its format used again until all arguments are printed.
fn printf(arguments: &[&str]) -> Option<String> {
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    if arguments.first() == Some(&"-v") {
        return None;
    }
    let (format, mut values) = arguments.split_first()?;
    let mut result = String::new();
    loop {
        let before = values.len();
        let complete = format_once(format, &mut values, &mut result)?;
        if !complete || values.is_empty() || values.len() == before || result.len() > LONGEST_WORD {
            return Some(result);
        }
    }
}

fn format_once(format: &str, values: &mut &[&str], result: &mut String) -> Option<bool> {
    let mut pieces = format.split('%');
    result.push_str(&unescape(pieces.next()?, Style::Quoted));
    let mut escaped = false;
    for piece in pieces {
        if escaped {
            escaped = false;
            result.push_str(&unescape(piece, Style::Quoted));
            continue;
        }
        let end = piece.find(|letter: char| letter.is_ascii_alphabetic());
        let Some(end) = end else {
            // `%%`: an empty piece, then plain text.
            result.push('%');
            escaped = piece.is_empty();
            result.push_str(&unescape(piece, Style::Quoted));
            continue;
        };
        let mut value = "";
        if let Some((first, behind)) = values.split_first() {
            value = first;
            *values = behind;
        }
        match piece.as_bytes().get(end)? {
            b'b' => result.push_str(&unescape(value, Style::Echo)),
            b's' | b'q' => result.push_str(value),
            b'c' => result.extend(value.chars().take(1)),
            b'd' | b'i' | b'u' => result.push_str(&number(value).to_string()),
            b'x' => result.push_str(&format!("{:x}", number(value))),
            b'o' => result.push_str(&format!("{:o}", number(value))),
            _ => return None,
        }
        result.push_str(&unescape(piece.get(end + 1..)?, Style::Quoted));
    }
    Some(true)
}

fn number(value: &str) -> i64 {
    if let Some(digits) = value.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).unwrap_or(0);
    }
    if let Some(letter) = value.strip_prefix(['\'', '"']) {
        return letter
            .chars()
            .next()
            .map_or(0, |letter| i64::from(u32::from(letter)));
    }
    value.parse().unwrap_or(0)
}

/// Base 64 (RFC 4648), both alphabets; blanks and padding do not count.
pub(crate) fn base64(input: &str) -> Option<Vec<u8>> {
    radix(input, 6, |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

fn base32(input: &str) -> Option<Vec<u8>> {
    radix(input, 5, |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    })
}

fn basenc(flags: &[&str], input: &str) -> Option<Filtered> {
    if flags.contains(&"--base16") {
        return Some(("basenc -d", text(&hex(input, true)?)));
    }
    if flags.contains(&"--base32") {
        return Some(("basenc -d", text(&base32(input)?)));
    }
    Some(("basenc -d", text(&base64(input)?)))
}

/// Reads `bits` bits per letter; nothing when a letter is not of the alphabet.
fn radix(input: &str, bits: u32, value: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(input.len());
    let mut buffer = 0_u32;
    let mut filled = 0;
    for byte in input.bytes() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        if byte == b'=' {
            break;
        }
        buffer = (buffer << bits) | u32::from(value(byte)?);
        filled += bits;
        if filled >= 8 {
            filled -= 8;
            bytes.push(u8::try_from((buffer >> filled) & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Text in UTF-16, as `powershell -EncodedCommand` wants it, in base 64.
pub(crate) fn utf16_base64(input: &str) -> Option<String> {
    let bytes = base64(input)?;
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_le_bytes([*pair.first()?, *pair.last()?])))
        .collect();
    Some(String::from_utf16_lossy(&units))
}

/// What a decoder of a programming language makes of a literal (`b64decode`, `fromhex`).
pub(crate) fn literal(decoder: &str, input: &str) -> Option<String> {
    match decoder {
        "b64decode" | "urlsafe_b64decode" | "standard_b64decode" | "decodebytes"
        | "decode_base64" | "base64_decode" | "decode64" | "strict_decode64"
        | "urlsafe_decode64" | "atob" => Some(text(&base64(input)?)),
        "b32decode" => Some(text(&base32(input)?)),
        "fromhex" | "unhexlify" | "hex2bin" | "a2b_hex" => Some(text(&hex(input, true)?)),
        "str_rot13" => translate(&[], &["A-Za-z", "N-ZA-Mn-za-m"], input),
        "strrev" => Some(input.chars().rev().collect()),
        _ => None,
    }
}

/// Hexadecimal digits, plain or in the columns of `xxd`.
fn hex(input: &str, plain: bool) -> Option<Vec<u8>> {
    let mut digits = String::new();
    for line in input.lines() {
        let columns = if plain {
            line
        } else {
            let behind = line.split_once(": ").map_or(line, |(_, behind)| behind);
            behind.split("  ").next().unwrap_or(behind)
        };
        digits.extend(columns.chars().filter(|letter| !letter.is_whitespace()));
    }
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.as_bytes().chunks_exact(2) {
        let high = char::from(*pair.first()?).to_digit(16)?;
        let low = char::from(*pair.last()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    (!bytes.is_empty()).then_some(bytes)
}

fn openssl(arguments: &[&str], input: &str) -> Option<Filtered> {
    let base = arguments
        .iter()
        .any(|word| matches!(*word, "base64" | "-base64" | "-a"));
    let other = arguments
        .iter()
        .any(|word| word.starts_with("-aes") || *word == "-in");
    (base && !other && arguments.contains(&"-d")).then_some(())?;
    Some(("openssl base64 -d", text(&base64(input)?)))
}

/// `tr SET1 SET2`, `tr -d SET`.
fn translate(flags: &[&str], arguments: &[&str], input: &str) -> Option<String> {
    let sets: Vec<Vec<char>> = arguments
        .iter()
        .filter(|word| !flags.contains(word))
        .map(|set| letters(&unescape(set, Style::Quoted)))
        .collect();
    let letters = flags.concat();
    if letters.contains(['c', 'C', 's', 't']) {
        return None;
    }
    let from = sets.first()?;
    if letters.contains('d') {
        return Some(
            input
                .chars()
                .filter(|letter| !from.contains(letter))
                .collect(),
        );
    }
    let to = sets.get(1)?;
    let last = to.last()?;
    Some(
        input
            .chars()
            .map(
                |letter| match from.iter().rposition(|same| *same == letter) {
                    Some(place) => *to.get(place).unwrap_or(last),
                    None => letter,
                },
            )
            .collect(),
    )
}

/// The letters of a set of `tr`: ranges and `[:upper:]`, `[:lower:]`.
fn letters(set: &str) -> Vec<char> {
    let set = set
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:alpha:]", "A-Za-z")
        .replace("[:digit:]", "0-9")
        .replace("[:space:]", " \t\n\r");
    let typed: Vec<char> = set.chars().collect();
    let mut result = Vec::new();
    let mut at = 0;
    while let Some(first) = typed.get(at) {
        match (typed.get(at + 1), typed.get(at + 2)) {
            (Some('-'), Some(last)) if first < last && u32::from(*last) < 256 => {
                result.extend(*first..=*last);
                at += 3;
            }
            _ => {
                result.push(*first);
                at += 1;
            }
        }
    }
    result
}

/// `sed s/a/b/g` where both sides are plain letters.
fn substitute(arguments: &[&str], input: &str) -> Option<String> {
    let [script] = arguments else { return None };
    let body = script.strip_prefix('s')?;
    let separator = body.chars().next()?;
    let mut sides = body.split(separator).skip(1);
    let (search, replacement, flags) = (sides.next()?, sides.next()?, sides.next()?);
    let plain = |text: &str| !text.contains(['\\', '.', '*', '[', '^', '$', '&']);
    if search.is_empty() || !plain(search) || !plain(replacement) || sides.next().is_some() {
        return None;
    }
    let most = if flags.contains('g') { usize::MAX } else { 1 };
    let grown = input
        .matches(search)
        .count()
        .saturating_mul(replacement.len());
    (grown <= LONGEST_WORD).then(|| lines(input, |line| line.replacen(search, replacement, most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_decode() {
        let cases = [
            ("echo", "-n hi there", "", "hi there"),
            ("echo", r"-e \x63at", "", "cat\n"),
            ("printf", r"\143\141\164", "", "cat"),
            ("printf", "%s- a b", "", "a-b-"),
            ("printf", "%%", "", "%"),
            ("printf", "%c%c x y", "", "xy"),
            ("printf", "%x 255", "", "ff"),
            ("base64", "-d", "Y2F0IC9ldGMvcGFzc3dk", "cat /etc/passwd"),
            ("base64", "--decode", "Y2F0\nCg==", "cat\n"),
            ("base64", "-D", "Y2F0", "cat"),
            ("base32", "-d", "MNQXI===", "cat"),
            ("openssl", "base64 -d", "Y2F0", "cat"),
            ("xxd", "-r -p", "636174", "cat"),
            ("rev", "", "tac", "cat\n"),
            (
                "tr",
                "A-Za-z N-ZA-Mn-za-m",
                "png /rgp/cnffjq",
                "cat /etc/passwd",
            ),
            ("tr", "-d x", "cxaxt", "cat"),
            ("sed", "s/x//g", "cxaxt", "cat\n"),
            ("cat", "", "as it is", "as it is"),
            ("head", "-c 3", "catalog", "cat"),
            ("tail", "-c +4", "catalog", "alog"),
            ("head", "-n 1", "cat\ndog", "cat\n"),
            ("cut", "-c3-5", "xxcatxx", "cat\n"),
            ("b64decode", "-r", "Y2F0", "cat"),
            ("which", "curl", "", "curl\n"),
            ("command", "-v curl", "", "curl\n"),
        ];
        for (program, arguments, input, expected) in cases {
            let words: Vec<Field> = arguments.split_whitespace().map(Field::plain).collect();
            let result = filter(program, &words, Some(input)).map(|(_, text)| text);
            assert_eq!(result.as_deref(), Some(expected), "{program} {arguments}");
        }
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let cases = [
            ("base64", "-d", "no base64!"),
            ("base64", "", "cat"),
            ("tr", "-cd a-z", "cat"),
            ("cat", "/etc/passwd", "cat"),
            ("sed", "s/[a-z]*/x/", "cat"),
            ("printf", "%f 1", ""),
            ("which", "curl wget", ""),
            ("command", "-V curl", ""),
            ("xxd", "-r -p", "zz"),
        ];
        for (program, arguments, input) in cases {
            let words: Vec<Field> = arguments.split_whitespace().map(Field::plain).collect();
            assert_eq!(
                filter(program, &words, Some(input)),
                None,
                "{program} {arguments}"
            );
        }
    }
}
