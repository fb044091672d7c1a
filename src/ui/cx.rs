//! What every drawing function gets: the state to read, the texts, the tokens, and two ways to ask for something.

use super::prefs::Prefs;
use super::route::{BayTab, Route};
use super::theme::Tokens;
use crate::i18n::Texts;
use crate::live::command::{Change, Command, CommandSender, JobId};
use crate::live::state::State;
use crate::model::status::Sign;
use fluent_bundle::FluentValue;
use std::borrow::Cow;
use std::cell::RefCell;

/// A read-only view for one frame, plus the way out for requests. Nothing is changed in the middle of drawing: actions
/// are carried out after the frame.
pub struct Cx<'a> {
    /// Everything that is known.
    pub state: &'a State,
    /// Messages.
    pub texts: &'a Texts,
    /// Colours and sizes.
    pub tokens: &'a Tokens,
    /// Preferences.
    pub prefs: &'a Prefs,
    /// Now, seconds since 1970 with fraction (fixed in tests).
    pub now: f64,
    /// Offset of local time to UTC for showing clock times.
    pub time_zone: &'a jiff::tz::TimeZone,
    /// To the worker.
    pub commands: &'a CommandSender,
    /// To the window.
    pub actions: &'a RefCell<Vec<UiAction>>,
}

/// Something that happens to the window itself, after the frame.
#[derive(Debug, Clone, PartialEq)]
pub enum UiAction {
    /// Go to a screen (the old one goes onto the back stack).
    Go(Route),
    /// Back to where one came from.
    Back,
    /// Open a bay's Placement with this filter text and, if given, a pod selected by (namespace, name).
    ShowOnMap {
        /// Bay.
        bay: String,
        /// Filter (`workload:checkout-api`).
        filter: String,
        /// Pod to select.
        pod: Option<(String, String)>,
    },
    /// Open a bay's Pods with this filter text.
    ShowPods {
        /// Bay.
        bay: String,
        /// Filter.
        filter: String,
    },
    /// Open Manifests with this text as a new file.
    EditManifest {
        /// Title of the file.
        title: String,
        /// Text.
        text: String,
        /// Target bay.
        bay: Option<String>,
    },
    /// Open Manifests, with a sample where no file is open.
    ShowSample {
        /// Its target, where none was chosen yet.
        bay: Option<String>,
    },
    /// Put a text on the clipboard and say so.
    Copy(String),
    /// Show a short message.
    Toast {
        /// Good or bad.
        sign: Sign,
        /// The sentence, translated.
        text: String,
    },
    /// Change a preference.
    SetPrefs(Box<Prefs>),
    /// Open or close the command palette.
    TogglePalette,
    /// Show the list of keys.
    ShowShortcuts,
    /// Ask whether to delete this bay (typed name).
    AskDeleteBay(String),
    /// Ask how many workers this bay shall have.
    AskScaleBay(String),
    /// Ask whether to delete this bay model.
    AskDeleteBayModel(String),
    /// Show a change in Activity.
    ShowJob(JobId),
    /// Tell all of a notice: what failed, why, what to do.
    ShowNotice(u64),
    /// Ask for a kubeconfig file and open it.
    OpenKubeconfig {
        /// Title of the file dialog, translated.
        title: String,
    },
    /// Begin the guided walkthrough.
    StartWalkthrough,
}

impl<'a> Cx<'a> {
    /// A message without arguments.
    pub fn t(&self, id: &'a str) -> Cow<'a, str> {
        self.texts.t(id)
    }

    /// A message with arguments.
    pub fn f(&self, id: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        self.texts.f(id, args)
    }

    /// Asks the worker.
    pub fn send(&self, command: Command) {
        self.commands.send(command);
    }

    /// Asks the cloud to change something; the number is the job's.
    pub fn change(&self, change: Change) -> JobId {
        self.commands.change(change)
    }

    /// Asks the window.
    pub fn act(&self, action: UiAction) {
        self.actions.borrow_mut().push(action);
    }

    /// Goes to a screen.
    pub fn go(&self, route: Route) {
        self.act(UiAction::Go(route));
    }

    /// Goes to a bay's tab.
    pub fn go_bay(&self, bay: &str, tab: BayTab) {
        self.go(Route::Bay(bay.to_owned(), tab));
    }
}
