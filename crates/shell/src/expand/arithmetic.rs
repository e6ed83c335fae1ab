//! Sums in `$(( … ))` and in the offsets of `${x:a:b}` (bash manual, Shell Arithmetic).
//!
//! **Invariant:** one pass by precedence; brackets no deeper than [`DEEPEST`]; what overflows, divides
//! by zero or holds something unknown has no value.

/// Deepest brackets that are followed.
const DEEPEST: usize = 32;

/// Longest sum that is read, in bytes.
const LONGEST: usize = 4096;

/// The value of a sum whose variables and substitutions have been put in.
pub(super) fn value(sum: &str) -> Option<i64> {
    if sum.len() > LONGEST {
        return None;
    }
    let mut sum = Sum {
        rest: sum,
        depth: 0,
    };
    let value = sum.level(0)?;
    sum.rest.trim().is_empty().then_some(value)
}

struct Sum<'a> {
    rest: &'a str,
    depth: usize,
}

/// Operators by precedence, the loosest first; longer ones before their beginnings.
const LEVELS: [&[&str]; 7] = [
    &["|"],
    &["^"],
    &["&"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
    &["**"],
];

impl Sum<'_> {
    fn take(&mut self, operator: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(operator) {
            Some(behind) if !(operator == "*" && behind.starts_with('*')) => {
                self.rest = behind;
                true
            }
            _ => false,
        }
    }

    /// Takes the next operator if it binds at least as tightly as those of this level.
    fn operator(&mut self, least: usize) -> Option<(usize, &'static str)> {
        let next = self.rest.trim_start().bytes().next()?;
        if !b"|^&<>+-*/%".contains(&next) {
            return None;
        }
        for (level, operators) in LEVELS.iter().enumerate().skip(least) {
            if let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
                return Some((level, operator));
            }
        }
        None
    }

    fn level(&mut self, least: usize) -> Option<i64> {
        let mut left = self.single()?;
        while let Some((level, operator)) = self.operator(least) {
            let right = self.level(level + 1)?;
            left = apply(operator, left, right)?;
        }
        Some(left)
    }

    fn single(&mut self) -> Option<i64> {
        let mut negative = false;
        let mut inverted = false;
        while !self
            .rest
            .starts_with(|letter: char| letter.is_ascii_alphanumeric())
        {
            if self.take("-") {
                negative = !negative;
            } else if self.take("~") {
                inverted = !inverted;
            } else if !self.take("+") {
                break;
            }
        }
        let mut value = if self.take("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return None;
            }
            let inner = self.level(0)?;
            self.depth -= 1;
            self.take(")").then_some(inner)?
        } else {
            self.number()?
        };
        if inverted {
            value = !value;
        }
        if negative {
            value.checked_neg()
        } else {
            Some(value)
        }
    }

    fn number(&mut self) -> Option<i64> {
        let rest = self.rest.trim_start();
        let length = rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '#'))
            .unwrap_or(rest.len());
        let (digits, behind) = rest.split_at_checked(length)?;
        self.rest = behind;
        if let Some((base, digits)) = digits.split_once('#') {
            let base = base.parse().ok().filter(|base| (2..=36).contains(base))?;
            return i64::from_str_radix(digits, base).ok();
        }
        match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
            Some(hexadecimal) => i64::from_str_radix(hexadecimal, 16).ok(),
            None if digits.len() > 1 && digits.starts_with('0') => {
                i64::from_str_radix(digits, 8).ok()
            }
            None => digits.parse().ok(),
        }
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    match operator {
        "|" => Some(left | right),
        "^" => Some(left ^ right),
        "&" => Some(left & right),
        "<<" => left.checked_shl(u32::try_from(right).ok()?),
        ">>" => left.checked_shr(u32::try_from(right).ok()?),
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        _ => left.checked_pow(u32::try_from(right).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn sums_have_values() {
        let table = [
            ("1+2*3", Some(7)),
            ("(1+2)*3", Some(9)),
            (" 7 - 2 - 1 ", Some(4)),
            ("2**3", Some(8)),
            ("-5 % 3", Some(-2)),
            ("0x63", Some(99)),
            ("010", Some(8)),
            ("2#1100011", Some(99)),
            ("1<<4|1", Some(17)),
            ("~0", Some(-1)),
            ("1/0", None),
            ("9223372036854775807+1", None),
            ("", None),
            ("1+", None),
            ("x", None),
            ("1 2", None),
        ];
        for (sum, wanted) in table {
            assert_eq!(value(sum), wanted, "{sum}");
        }
        assert_eq!(
            value(&format!("{}1{}", "(".repeat(100), ")".repeat(100))),
            None
        );
    }
}
