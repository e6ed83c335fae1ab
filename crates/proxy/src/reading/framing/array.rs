//! A JSON array that comes piece by piece: Gemini's stream without `alt=sse`.

use super::Held;

/// Reads the elements of one array out of pieces.
#[derive(Clone, Debug, Default)]
pub struct Elements {
    element: Held,
    /// Brackets that are open.
    depth: usize,
    in_string: bool,
    escaped: bool,
    stage: Stage,
}

/// How far the array came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// It is under way.
    #[default]
    Within,
    /// It is over, or it was none.
    Over,
    /// More came than the array.
    Spilled,
}

impl Elements {
    /// Takes the next piece and tells each element that it ends; `None` is one that was too long.
    pub fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        let mut from = 0;
        for (at, byte) in piece.iter().enumerate() {
            if self.stage != Stage::Within {
                if !byte.is_ascii_whitespace() {
                    self.stage = Stage::Spilled;
                }
                continue;
            }
            if self.in_string {
                self.in_string = self.escaped || *byte != b'"';
                self.escaped = !self.escaped && *byte == b'\\';
                continue;
            }
            match byte {
                b'[' | b'{' => {
                    self.depth += 1;
                    if self.depth == 1 {
                        if *byte == b'{' {
                            self.stage = Stage::Spilled;
                        }
                        from = at + 1;
                    }
                }
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.end(piece.get(from..at), tell);
                        self.stage = Stage::Over;
                    }
                }
                b',' if self.depth == 1 => {
                    self.end(piece.get(from..at), tell);
                    from = at + 1;
                }
                b'"' => self.in_string = true,
                _ if self.depth == 0 && !byte.is_ascii_whitespace() => {
                    self.stage = Stage::Spilled;
                }
                _ => {}
            }
        }
        if self.depth > 0 && self.stage == Stage::Within {
            self.element.add(piece.get(from..).unwrap_or_default());
        }
    }

    /// Whether there is more than one array, or anything else.
    pub(crate) fn is_spilled(&self) -> bool {
        self.stage == Stage::Spilled
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.element.len()
    }

    fn end(&mut self, bytes: Option<&[u8]>, tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        self.element.add(bytes.unwrap_or_default());
        if self.element.is_empty() {
            return;
        }
        let element = self.element.take();
        if element
            .as_ref()
            .is_none_or(|bytes| !bytes.trim_ascii().is_empty())
        {
            tell(element.map(|bytes| bytes.trim_ascii().to_vec()));
        }
    }
}
