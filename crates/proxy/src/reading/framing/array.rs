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
    /// The array is over, or it was none.
    over: bool,
}

impl Elements {
    /// Takes the next piece and tells each element that it ends; `None` is one that was too long.
    pub fn push(&mut self, piece: &[u8], tell: &mut dyn FnMut(Option<Vec<u8>>)) {
        let mut from = 0;
        for (at, byte) in piece.iter().enumerate() {
            if self.over {
                return;
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
                        self.over = *byte == b'{';
                        from = at + 1;
                    }
                }
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.end(piece.get(from..at), tell);
                        self.over = true;
                    }
                }
                b',' if self.depth == 1 => {
                    self.end(piece.get(from..at), tell);
                    from = at + 1;
                }
                b'"' => self.in_string = true,
                _ if self.depth == 0 && !byte.is_ascii_whitespace() => self.over = true,
                _ => {}
            }
        }
        if self.depth > 0 && !self.over {
            self.element.add(piece.get(from..).unwrap_or_default());
        }
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
