//! What was measured, as a table: a row for each thing, a column for each way, medians of all turns.

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Table {
    ways: Vec<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    what: String,
    values: Vec<(&'static str, f64)>,
}

impl Table {
    /// Adds one measurement.
    pub(crate) fn add(&mut self, what: &str, way: &'static str, value: f64) {
        if !self.ways.contains(&way) {
            self.ways.push(way);
        }
        match self.rows.iter_mut().find(|row| row.what == what) {
            Some(row) => row.values.push((way, value)),
            None => self.rows.push(Row {
                what: what.to_owned(),
                values: vec![(way, value)],
            }),
        }
    }

    /// The median of all turns.
    pub(crate) fn value(&self, what: &str, way: &str) -> Option<f64> {
        let row = self.rows.iter().find(|row| row.what == what)?;
        let mut values: Vec<f64> = (row.values.iter())
            .filter(|(measured, _)| *measured == way)
            .map(|(_, value)| *value)
            .collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        println!("| | {} |", self.ways.join(" | "));
        println!("|---|{}", "---|".repeat(self.ways.len()));
        for row in &self.rows {
            let values = self.ways.iter().map(|way| self.value(&row.what, way));
            let shown: Vec<String> = values.map(shown).collect();
            println!("| {} | {} |", row.what, shown.join(" | "));
        }
    }
}

/// Three figures that count.
fn shown(value: Option<f64>) -> String {
    match value {
        None => String::new(),
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) if value.fract() == 0.0 => format!("{value:.0}"),
        Some(value) if value >= 1.0 => format!("{value:.2}"),
        Some(value) => format!("{value:.3}"),
    }
}

/// An aim, and what was measured of it.
pub(crate) struct Goal {
    what: &'static str,
    measured: Option<f64>,
    aim: String,
    held: bool,
}

impl Goal {
    pub(crate) fn below(what: &'static str, measured: Option<f64>, most: f64) -> Goal {
        Goal {
            what,
            measured,
            aim: format!("below {most}"),
            held: measured.is_some_and(|value| value < most),
        }
    }

    pub(crate) fn at_least(what: &'static str, measured: Option<f64>, least: f64) -> Goal {
        Goal {
            what,
            measured,
            aim: format!("at least {least}"),
            held: measured.is_some_and(|value| value >= least),
        }
    }
}

/// Prints which aims hold.
pub(crate) fn print_goals(goals: &[Goal]) {
    println!("\n| | measured | aim |\n|---|---|---|");
    for goal in goals {
        let held = match (goal.measured, goal.held) {
            (None, _) => "not measured",
            (Some(_), true) => "held",
            (Some(_), false) => "missed",
        };
        let measured = shown(goal.measured);
        println!("| {} | {measured} | {}: {held} |", goal.what, goal.aim);
    }
}
