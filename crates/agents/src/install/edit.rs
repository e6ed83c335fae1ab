//! Small cuts in a text: one item into a list or an object, one item out of it.
//!
//! **Invariant:** taking out the item that was put in last gives back the same bytes.
//! For that, what stands directly behind a bracket was put into a container of the
//! user's, and what stands on a line of its own in an else empty container was made
//! together with the container.

use super::node::{Layout, Node};
use jsonc_parser::ast::{Array, Object};
use jsonc_parser::common::{Range, Ranged};

/// A list or an object in the text: where it opens and closes, and where its items are.
pub(super) struct Container {
    /// Behind the opening bracket.
    open: usize,
    /// Before the closing bracket.
    close: usize,
    items: Vec<Range>,
}

impl Container {
    pub(super) fn object(object: &Object<'_>) -> Container {
        let items = object.properties.iter().map(|property| property.range);
        Container::new(object.range, items.collect())
    }

    pub(super) fn array(array: &Array<'_>) -> Container {
        let items = array.elements.iter().map(Ranged::range);
        Container::new(array.range, items.collect())
    }

    fn new(range: Range, items: Vec<Range>) -> Container {
        Container {
            open: range.start + 1,
            close: range.end.saturating_sub(1),
            items,
        }
    }

    /// Holds one item and nothing else, on a line of its own: it was made for the item.
    pub(super) fn was_made_for_its_item(&self, text: &str) -> bool {
        let [item] = self.items.as_slice() else {
            return false;
        };
        let before = part(text, self.open, item.start);
        let after = part(text, item.end, self.close);
        before.contains('\n')
            && before.trim().is_empty()
            && after
                .trim_matches(|letter: char| letter.is_whitespace() || letter == ',')
                .is_empty()
    }
}

/// What is put in.
pub(super) enum Item {
    Field(&'static str, Node),
    Element(Node),
}

impl Item {
    fn print(&self, layout: &Layout, indent: &str) -> String {
        match self {
            Item::Field(name, node) => layout.field(name, node, indent),
            Item::Element(node) => layout.print(node, indent),
        }
    }
}

/// Puts an item behind the last one.
pub(super) fn append(text: &str, container: &Container, item: &Item, layout: &Layout) -> String {
    let Some(last) = container.items.last() else {
        return append_to_empty(text, container, item, layout);
    };
    let gap = Gap::read(text, last.end, container.close);
    let here = gap.comma.map_or(last.end, |comma| comma + 1);
    let remark = gap.remark_behind(text, here);
    let place = remark.map_or(here, |comment| comment.end);
    let own_line = indent_if_alone(text, last.start);
    let behind_line_comment = remark.is_some_and(|comment| comment.ends_line);
    let (lead, indent) = match own_line {
        Some(indent) => (format!("{}{indent}", layout.newline), indent.to_owned()),
        None if behind_line_comment => {
            let indent = format!("{}{}", line_indent(text, container.open), layout.step);
            (format!("{}{indent}", layout.newline), indent)
        }
        None => (" ".to_owned(), line_indent(text, container.open).to_owned()),
    };
    let printed = item.print(layout, &indent);
    match gap.comma {
        Some(_) => splice(text, place, place, &format!("{lead}{printed},")),
        None => {
            let with_item = splice(text, place, place, &format!("{lead}{printed}"));
            splice(&with_item, last.end, last.end, ",")
        }
    }
}

fn append_to_empty(text: &str, container: &Container, item: &Item, layout: &Layout) -> String {
    let gap = Gap::read(text, container.open, container.close);
    let outer = line_indent(text, container.open);
    match gap.comments.last().map(|comment| comment.end) {
        None => splice(
            text,
            container.open,
            container.open,
            &item.print(layout, outer),
        ),
        Some(end) => {
            let indent = format!("{outer}{}", layout.step);
            let printed = item.print(layout, &indent);
            splice(
                text,
                end,
                end,
                &format!("{}{indent}{printed}", layout.newline),
            )
        }
    }
}

/// Takes out an item, with its comma and the white space before it.
pub(super) fn remove(text: &str, container: &Container, index: usize) -> String {
    let Some(item) = container.items.get(index) else {
        return text.to_owned();
    };
    let before = index
        .checked_sub(1)
        .and_then(|index| container.items.get(index));
    let after = container.items.get(index + 1);
    let gap_start = before.map_or(container.open, |before| before.end);
    let gap_end = after.map_or(container.close, |after| after.start);
    let comma_after = Gap::read(text, item.end, gap_end).comma;
    let comma_before = before.and_then(|before| Gap::read(text, before.end, item.start).comma);

    let end = comma_after.map_or(item.end, |comma| comma + 1);
    let start = start_of_white_space(text, gap_start, item.start, end, gap_end);
    match (comma_after, comma_before) {
        // The last item, no comma behind it: the comma before it goes.
        (None, Some(comma)) if comma + 1 == start => splice(text, comma, end, ""),
        (None, Some(comma)) => splice(&splice(text, start, end, ""), comma, comma + 1, ""),
        _ => splice(text, start, end, ""),
    }
}

/// Where the white space before an item begins. It stays if it ends a line comment
/// that would else swallow what follows.
fn start_of_white_space(
    text: &str,
    gap_start: usize,
    item_start: usize,
    end: usize,
    gap_end: usize,
) -> usize {
    let before = part(text, gap_start, item_start);
    let trimmed = before.trim_end();
    let after = text.get(end..).unwrap_or_default();
    let line_goes_on = !after
        .trim_start_matches([' ', '\t', '\r'])
        .starts_with('\n');
    let gap = Gap::read(text, gap_start, item_start);
    if gap.comments.last().is_some_and(|comment| comment.ends_line) && line_goes_on {
        return item_start;
    }
    // `[ours, theirs]`: nothing before it to take, so the blank behind it is left.
    if trimmed.is_empty() && !before.contains('\n') && gap_end > end {
        return item_start;
    }
    gap_start + trimmed.len()
}

/// What stands between two items, or between an item and a bracket.
#[derive(Debug, Default, PartialEq, Eq)]
struct Gap {
    /// Where the comma is.
    comma: Option<usize>,
    comments: Vec<Comment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Comment {
    start: usize,
    end: usize,
    /// Begins with `//`: what follows on the line belongs to it.
    ends_line: bool,
}

impl Gap {
    /// The parser has made sure that there is nothing but white space, comments and a comma.
    fn read(text: &str, from: usize, to: usize) -> Gap {
        let mut gap = Gap::default();
        let mut at = from;
        while let Some(rest) = text.get(at..to).filter(|rest| !rest.is_empty()) {
            let ends_line = rest.starts_with("//");
            let length = if ends_line {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                if rest.starts_with(',') {
                    gap.comma.get_or_insert(at);
                }
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            };
            gap.comments.push(Comment {
                start: at,
                end: at + length,
                ends_line,
            });
            at += length;
        }
        gap
    }

    /// The last comment on the same line behind `here`.
    fn remark_behind(&self, text: &str, here: usize) -> Option<Comment> {
        let mut end = here;
        let mut last = None;
        for comment in &self.comments {
            if comment.start >= end && !part(text, end, comment.start).contains('\n') {
                end = comment.end;
                last = Some(*comment);
            }
        }
        last
    }
}

/// The white space before `place`, if nothing else stands before it on its line.
fn indent_if_alone(text: &str, place: usize) -> Option<&str> {
    let before = text.get(..place)?;
    let line = before.rsplit_once('\n')?.1;
    line.trim().is_empty().then_some(line)
}

/// The white space at the start of the line on which `place` is.
fn line_indent(text: &str, place: usize) -> &str {
    let before = text.get(..place).unwrap_or_default();
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    let rest = line.trim_start_matches([' ', '\t']);
    line.strip_suffix(rest).unwrap_or_default()
}

fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

fn splice(text: &str, from: usize, to: usize, new: &str) -> String {
    let behind = text.get(to..).unwrap_or_default();
    format!("{}{new}{behind}", part(text, 0, from))
}
