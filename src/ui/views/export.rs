//! What a table shows as comma-separated values (RFC 4180), to the clipboard or to a file; written on a thread of its own.

use crate::model::status::Sign;
use crate::ui::cx::{Cx, UiAction};
use crate::ui::icons::Icon;
use crate::ui::widgets::button::icon_button;
use crate::ui::widgets::chip::menu_item;
use egui::{Popup, Ui};
use fluent_bundle::FluentValue;
use poll_promise::Promise;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A table as text. Values are for programs: times as in RFC 3339, amounts without units.
pub struct Csv {
    /// What the file is called at first, without its ending.
    pub name: String,
    /// Names of the columns, with their units.
    pub head: Vec<&'static str>,
    /// Rows in all.
    pub rows: usize,
    /// The fields of a row.
    pub fields: Box<dyn Fn(usize) -> Vec<String> + Send>,
}

impl Csv {
    fn write(&self, out: impl Write) -> Result<(), String> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(&self.head).map_err(|e| e.to_string())?;
        for row in 0..self.rows {
            writer.write_record((self.fields)(row).into_iter().map(no_formula)).map_err(|e| e.to_string())?;
        }
        writer.flush().map_err(|e| e.to_string())
    }

    fn text(&self) -> Result<String, String> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        String::from_utf8(bytes).map_err(|e| e.to_string())
    }

    fn save(&self, path: &Path) -> Result<(), String> {
        let file = std::fs::File::create(path).map_err(|e| e.to_string())?;
        self.write(std::io::BufWriter::new(file))
    }

    /// What it is called at first: nothing in it that a file system could mind.
    fn file_name(&self) -> String {
        let name: String =
            self.name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        format!("{}.csv", name.trim_start_matches('.'))
    }
}

/// A leading character that a spreadsheet would take for a formula is kept from being one.
fn no_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

/// Seconds since 1970 as in RFC 3339; empty where unknown.
pub fn time(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) if seconds > 0 => time.to_string(),
        _ => String::new(),
    }
}

/// How an export ended.
enum Ended {
    Text(String),
    Saved(PathBuf),
    Cancelled,
    Failed(String),
}

/// The menu that exports a table, and what it started.
#[derive(Default)]
pub struct Export(Option<Promise<Ended>>);

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Export(busy)" } else { "Export" })
    }
}

/// A copy has nothing under way.
impl Clone for Export {
    fn clone(&self) -> Self {
        Export::default()
    }
}

impl Export {
    /// Draws the button with its menu, and tells how an earlier export ended.
    pub fn button(&mut self, cx: &Cx<'_>, ui: &mut Ui, csv: impl FnOnce() -> Csv) {
        self.logic(cx);
        let button = icon_button(cx, ui, Icon::Export, &cx.t("table-export"));
        Popup::menu(&button).show(|ui| self.items(cx, ui, csv));
    }

    /// The two items of the menu.
    pub fn items(&mut self, cx: &Cx<'_>, ui: &mut Ui, csv: impl FnOnce() -> Csv) {
        let copy = menu_item(cx, ui, Some(Icon::Copy), &cx.t("table-copy-csv"), "", false);
        let save = menu_item(cx, ui, Some(Icon::Export), &cx.t("table-save-csv"), "", false);
        if (!copy && !save) || self.0.is_some() {
            return;
        }
        let csv = csv();
        if copy {
            self.start(ui.ctx(), move || csv.text().map_or_else(Ended::Failed, Ended::Text));
        } else {
            let title = cx.t("table-save-title").into_owned();
            self.start(ui.ctx(), move || {
                let dialog = rfd::FileDialog::new().set_title(title).set_file_name(csv.file_name());
                let Some(path) = dialog.add_filter("CSV", &["csv"]).save_file() else { return Ended::Cancelled };
                let path = if path.extension().is_some() { path } else { path.with_extension("csv") };
                csv.save(&path).map_or_else(Ended::Failed, |()| Ended::Saved(path))
            });
        }
    }

    fn start(&mut self, ctx: &egui::Context, work: impl FnOnce() -> Ended + Send + 'static) {
        let wake = ctx.clone();
        let (sender, promise) = Promise::new();
        let run = move || {
            let ended = catch_unwind(AssertUnwindSafe(work));
            sender.send(ended.unwrap_or_else(|_| Ended::Failed("the export ended in a fault".to_owned())));
            wake.request_repaint();
        };
        match std::thread::Builder::new().name("export".into()).spawn(run) {
            Ok(_) => self.0 = Some(promise),
            Err(error) => tracing::error!(%error, "no thread for an export"),
        }
    }

    /// Tells how it ended.
    pub fn logic(&mut self, cx: &Cx<'_>) {
        if self.0.as_ref().is_none_or(|p| p.ready().is_none()) {
            return;
        }
        let Some(Ok(ended)) = self.0.take().map(Promise::try_take) else { return };
        let (sign, text) = match ended {
            Ended::Text(text) => return cx.act(UiAction::Copy(text)),
            Ended::Cancelled => return,
            Ended::Saved(path) => {
                let path = path.display().to_string();
                (Sign::Ok, cx.f("table-saved", &[("path", FluentValue::from(path))]))
            }
            Ended::Failed(why) => (Sign::Failed, cx.f("table-not-saved", &[("why", FluentValue::from(why))])),
        };
        cx.act(UiAction::Toast { sign, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(name: &str) -> Csv {
        let rows = [["a,b", "=1+1"], ["say \"x\"", "two\nlines"]];
        let fields = move |row: usize| rows[row].iter().map(|f| (*f).to_owned()).collect();
        Csv { name: name.into(), head: vec!["name", "cpu_milli"], rows: 2, fields: Box::new(fields) }
    }

    #[test]
    fn fields_survive_commas_quotes_lines_and_formulas() {
        let text = "name,cpu_milli\n\"a,b\",'=1+1\n\"say \"\"x\"\"\",\"two\nlines\"\n";
        assert_eq!(csv("x").text().unwrap(), text);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv");
        csv("x").save(&path).unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), text);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_a_reason() {
        assert!(csv("x").save(Path::new("/nowhere/at/all.csv")).is_err());
    }

    #[test]
    fn names_fit_any_file_system() {
        assert_eq!(csv("../k8s prod: pods").file_name(), "-k8s-prod--pods.csv");
        assert_eq!((time(0), time(1_767_225_600)), (String::new(), "2026-01-01T00:00:00Z".to_owned()));
    }
}
