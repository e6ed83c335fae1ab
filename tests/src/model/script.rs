//! What the scripted model says: a list of turns, in no vendor's dialect.
//!
//! Which turn is due follows from the conversation alone: a model that is asked
//! again, or asked twice, gives the same answer.

/// What the model says, in order.
#[derive(Clone, Debug, Default)]
pub struct Script {
    turns: Vec<Turn>,
}

/// One answer of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It wants to use tools.
    Calls(Vec<Call>),
    /// It is done.
    Text(String),
}

/// One use of a tool, to be said in the words of whichever tools the agent offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Runs a command line.
    Shell(String),
    /// Reads a file with the agent's own tool.
    ReadFile(String),
}

/// What a model says when its script has no more turns, or when it is asked for something else.
const LAST_WORDS: &str = "Done.";

impl Script {
    /// Starts an empty script.
    #[must_use]
    pub fn new() -> Script {
        Script::default()
    }

    /// Then runs a command line.
    #[must_use]
    pub fn shell(self, command: &str) -> Script {
        self.calls(vec![Call::Shell(command.to_owned())])
    }

    /// Then reads a file.
    #[must_use]
    pub fn read_file(self, path: &str) -> Script {
        self.calls(vec![Call::ReadFile(path.to_owned())])
    }

    /// Then uses several tools at once.
    #[must_use]
    pub fn calls(mut self, calls: Vec<Call>) -> Script {
        self.turns.push(Turn::Calls(calls));
        self
    }

    /// Returns the turn that is due after so many tool results.
    pub(crate) fn after(&self, results: usize) -> Turn {
        let mut asked = 0;
        for turn in &self.turns {
            match turn {
                Turn::Calls(calls) if asked == results => return Turn::Calls(calls.clone()),
                Turn::Calls(calls) => asked += calls.len(),
                Turn::Text(text) => return Turn::Text(text.clone()),
            }
        }
        last_words()
    }
}

/// Returns what is said when nothing is due.
pub(crate) fn last_words() -> Turn {
    Turn::Text(LAST_WORDS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_due_when_all_earlier_calls_have_results() {
        let shell = |command: &str| Call::Shell(command.to_owned());
        let script = Script::new().calls(vec![shell("a"), shell("b")]).shell("c");
        assert_eq!(script.after(0), Turn::Calls(vec![shell("a"), shell("b")]));
        assert_eq!(script.after(2), Turn::Calls(vec![shell("c")]));
        assert_eq!(script.after(3), last_words());
    }
}
