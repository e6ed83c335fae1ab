//! `logsource`: whether a rule can be used here, and on which records.

use crate::detection::Dialect;
use crate::error::Problem;
use crate::field::Category;
use crate::yaml::{Node, Value};

/// The log source that a rule names, as it names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogSource {
    product: Option<String>,
    category: Option<String>,
    service: Option<String>,
}

/// Where a rule looks, and whose fields it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) category: Category,
    pub(crate) dialect: Dialect,
}

impl LogSource {
    /// Reads `logsource`.
    pub(crate) fn read(node: &Node<'_>) -> LogSource {
        let text = |key| match node.get(key).map(|node| &node.value) {
            Some(Value::Text(text)) => Some(text.to_string()),
            _ => None,
        };
        LogSource {
            product: text("product"),
            category: text("category"),
            service: text("service"),
        }
    }

    /// The records that a rule with this log source looks at.
    pub(crate) fn target(&self) -> Result<Target, Problem> {
        let category = self.category.as_deref().and_then(Category::from_name);
        match (self.product.as_deref(), &self.service, category) {
            (Some("agent"), None, Some(category)) => Ok(Target {
                category,
                dialect: Dialect::Own,
            }),
            (Some("linux" | "macos") | None, None, Some(category)) if category.is_sigma() => {
                Ok(Target {
                    category,
                    dialect: Dialect::Sigma,
                })
            }
            (Some("linux" | "macos" | "agent") | None, _, _) => {
                Err(Problem::NoSource(self.to_string()))
            }
            (Some(product), _, _) => Err(Problem::OtherSystem(product.to_owned())),
        }
    }

    /// Says whether a filter with this log source may narrow a rule with the other: the rule
    /// must name all that the filter names.
    pub(crate) fn holds(&self, other: &LogSource) -> bool {
        let pairs = [
            (&self.product, &other.product),
            (&self.category, &other.category),
            (&self.service, &other.service),
        ];
        pairs
            .iter()
            .all(|(wanted, found)| wanted.is_none() || wanted == found)
    }
}

impl std::fmt::Display for LogSource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            ("product", &self.product),
            ("category", &self.category),
            ("service", &self.service),
        ];
        let mut between = "";
        for (name, value) in parts {
            if let Some(value) = value {
                write!(formatter, "{between}{name} `{value}`")?;
                between = ", ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(product: &str, category: &str, service: &str) -> LogSource {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        LogSource {
            product: text(product),
            category: text(category),
            service: text(service),
        }
    }

    #[test]
    fn log_sources_lead_to_records_or_say_why_not() {
        let own = |category| Ok((category, Dialect::Own));
        let sigma = |category| Ok((category, Dialect::Sigma));
        let cases = [
            ("agent", "command", "", own(Category::Command)),
            ("agent", "tool_call", "", own(Category::Tool)),
            ("agent", "file_event", "", own(Category::FileEvent)),
            (
                "linux",
                "process_creation",
                "",
                sigma(Category::ProcessCreation),
            ),
            ("macos", "file_rename", "", sigma(Category::FileRename)),
            ("", "dns_query", "", sigma(Category::DnsQuery)),
            ("", "dns", "", sigma(Category::DnsQuery)),
            (
                "linux",
                "",
                "auditd",
                Err("needs the log source product `linux`, service `auditd`"),
            ),
            (
                "linux",
                "process_creation",
                "auditd",
                Err("service `auditd`"),
            ),
            ("linux", "command", "", Err("category `command`")),
            ("", "webserver", "", Err("category `webserver`")),
            (
                "windows",
                "process_creation",
                "",
                Err("it is for `windows`"),
            ),
            ("aws", "", "cloudtrail", Err("it is for `aws`")),
        ];
        for (product, category, service, wanted) in cases {
            let found = source(product, category, service).target();
            let found = found
                .map(|target| (target.category, target.dialect))
                .map_err(|problem| problem.to_string());
            match (found, wanted) {
                (Err(message), Err(wanted)) => assert!(message.contains(wanted), "{message}"),
                (found, wanted) => {
                    let wanted = wanted.map_err(str::to_owned);
                    assert_eq!(found, wanted, "{product} {category} {service}");
                }
            }
        }
    }

    #[test]
    fn a_filter_fits_rules_that_name_all_it_names() {
        let rule = source("linux", "process_creation", "");
        for (filter, wanted) in [
            (source("linux", "", ""), true),
            (source("", "process_creation", ""), true),
            (source("", "", ""), true),
            (source("macos", "process_creation", ""), false),
            (source("linux", "process_creation", "auditd"), false),
        ] {
            assert_eq!(filter.holds(&rule), wanted, "{filter}");
        }
    }
}
