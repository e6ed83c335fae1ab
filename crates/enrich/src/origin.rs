//! What a file's name says about who reads it: the same sentence is harmless in one place and
//! alarming in another.

use ringfence_event::FileClass;
use ringfence_scan::injection::Origin;

/// Parts of paths below which agents find what they obey and run.
const SKILLS: &[&str] = &[
    "/skills/",
    "/.claude/agents/",
    "/.claude/commands/",
    "/.claude/plugins/",
    "/.cursor/agents/",
    "/.cursor/commands/",
    "/.gemini/agents/",
    "/.gemini/commands/",
    "/.gemini/extensions/",
    "/.opencode/",
    "/.kiro/agents/",
    "/.github/agents/",
    "/.github/prompts/",
    "/.github/chatmodes/",
    "/.claude-plugin/",
];

/// Instruction files of agents that have no hooks of ours.
const INSTRUCTIONS: &[&str] = &[
    "/.windsurfrules",
    "/.windsurf/rules/",
    "/.clinerules",
    "/.roo/",
    "/.kiro/steering/",
    "/.amazonq/rules/",
    "/.junie/guidelines.md",
    "/.trae/rules",
    "/.github/copilot-instructions.md",
    "/.github/instructions/",
    "/llms.txt",
];

/// Endings of source code, in which words stand in comments and literals.
const CODE: &[&str] = &[
    "asm", "bash", "bat", "c", "cc", "clj", "cmd", "cpp", "cs", "css", "cxx", "dart", "ex", "exs",
    "fish", "go", "gradle", "groovy", "h", "hpp", "hs", "java", "jl", "js", "jsx", "kt", "kts",
    "less", "lua", "m", "mjs", "cjs", "ml", "mm", "nix", "php", "pl", "pm", "proto", "ps1", "py",
    "pyi", "r", "rb", "rs", "scala", "scss", "sh", "sol", "sql", "svelte", "swift", "tf", "ts",
    "tsx", "vb", "vue", "zig", "zsh",
];

/// Endings of documentation.
const DOCUMENTS: &[&str] = &["md", "mdx", "markdown", "rst", "adoc"];

/// Endings of pages.
const PAGES: &[&str] = &["html", "htm", "xhtml", "svg"];

/// Returns what the text of the file at an absolute path is taken for.
pub fn origin_of(path: &str, class: FileClass) -> Origin {
    if SKILLS.iter().any(|part| path.contains(part)) || path.ends_with("/SKILL.md") {
        return Origin::Skill;
    }
    if class == FileClass::AgentInstructions || INSTRUCTIONS.iter().any(|part| path.contains(part))
    {
        return Origin::Instructions;
    }
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if name.starts_with("readme") || DOCUMENTS.contains(&ending) {
        Origin::PackageReadme
    } else if PAGES.contains(&ending) {
        Origin::FetchedPage
    } else if CODE.contains(&ending) {
        Origin::CodeComment
    } else {
        Origin::ToolResult
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_who_reads_it() {
        let table = [
            ("/p/.claude/skills/pdf/run.py", Origin::Skill),
            ("/p/skills/pdf/SKILL.md", Origin::Skill),
            ("/p/.claude/agents/review.md", Origin::Skill),
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
            assert_eq!(origin_of(path, FileClass::Project), origin, "{path}");
        }
        let memory = origin_of("/p/CLAUDE.md", FileClass::AgentInstructions);
        assert_eq!(memory, Origin::Instructions);
    }
}
