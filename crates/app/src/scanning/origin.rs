//! Whose words stand in a file that is scanned: its path, and which files agents obey, tell it.

use ringfence_enrich::{Place, Trusted, classify, origin_of};
use ringfence_event::Access;
use ringfence_scan::injection::Origin;

/// Tells texts apart by their paths.
pub(super) struct Origins {
    home: String,
    trusted: Vec<Trusted>,
}

impl Origins {
    pub(super) fn new(home: String) -> Origins {
        Origins {
            home,
            trusted: crate::judge::trusted(),
        }
    }

    /// Returns what the file at an absolute path is taken for.
    pub(super) fn of(&self, path: &str) -> Origin {
        let place = Place {
            home: Some(&self.home),
            trusted: &self.trusted,
            ..Place::default()
        };
        origin_of(path, classify(path, Access::Write, &place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_who_reads_it() {
        let origins = Origins::new("/home/dev".to_owned());
        let table = [
            ("/p/.claude/skills/pdf/run.py", Origin::Skill),
            ("/p/skills/pdf/SKILL.md", Origin::Skill),
            ("/p/.claude/agents/review.md", Origin::Skill),
            ("/p/CLAUDE.md", Origin::Instructions),
            ("/p/sub/AGENTS.md", Origin::Instructions),
            ("/p/.cursor/rules/style.mdc", Origin::Instructions),
            ("/p/.github/copilot-instructions.md", Origin::Instructions),
            ("/p/node_modules/x/README.md", Origin::PackageReadme),
            ("/p/readme", Origin::PackageReadme),
            ("/p/docs/guide.md", Origin::PackageReadme),
            ("/p/src/main.rs", Origin::CodeComment),
            ("/p/page.html", Origin::FetchedPage),
            ("/p/data.json", Origin::ToolResult),
            ("/p/notes", Origin::ToolResult),
        ];
        for (path, origin) in table {
            assert_eq!(origins.of(path), origin, "{path}");
        }
    }
}
