mod reported;

use std::cell::OnceCell;
use std::rc::Rc;

use url::Url;

use super::script::Initial;
use super::{Format, carrier, parse_text};
use crate::model::{
    Anchor, ApiDescription, AuthClaim, BearerKey, Comment, CredentialUse, Document, Facts, HostTest, Key, ParseIssue, Request, Role,
    SecretFlow, Span, Text, UrlRef, Vocabulary, Wanted, resolve,
};

/// How deep formats may nest before the rest is left unread (with an issue).
const MAX_DEPTH: usize = 24;

/// Whether what a text says happens, or is only shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// It is the page, the program, the configuration itself.
    Live,
    /// A sample in a page, in this language (empty if unknown): what it would load is only mentioned.
    Sample(String),
    /// A comment: its URLs are only mentioned.
    Comment,
}

/// What a parser reports to: collects facts, and knows what was asked for and where the parser stands.
#[derive(Debug)]
pub struct Context<'v> {
    document: &'v Document,
    vocabulary: &'v Vocabulary,
    wanted: Wanted,
    /// What the document is written in.
    format: Format,
    /// Where the document's credentials stand, in order.
    keys: Vec<Key>,
    /// Whether a secret may be shown anywhere in the document.
    may_show_secrets: OnceCell<bool>,
    variables: carrier::Variables,
    facts: Facts,
    setting: Setting,
    /// Whether another program reads what this one prints.
    captured: bool,
    base: Option<Url>,
    /// What the programs that are parsed now find when they start.
    initial: Option<Rc<Initial>>,
    depth: usize,
}

impl<'v> Context<'v> {
    pub(super) fn new(document: &'v Document, vocabulary: &'v Vocabulary, wanted: Wanted) -> Self {
        let text = if wanted.credentials { document.as_str() } else { "" };
        let keys = vocabulary.keys(text).collect();
        Self {
            document,
            vocabulary,
            wanted,
            format: Format::of(document.path(), document.as_str()),
            keys,
            may_show_secrets: OnceCell::new(),
            variables: carrier::Variables::default(),
            facts: Facts::default(),
            setting: Setting::Live,
            captured: false,
            base: None,
            initial: None,
            depth: 0,
        }
    }

    pub(super) fn finish(mut self) -> Facts {
        if self.wanted.credentials {
            carrier::settle(&mut self.facts.credentials, &self.keys, self.document);
        }
        self.facts
    }

    /// The document's path, relative to the root, with forward slashes.
    pub fn path(&self) -> &'v str {
        self.document.path()
    }

    /// The document's text.
    pub(super) fn source(&self) -> &'v str {
        self.document.as_str()
    }

    /// What to look for.
    pub fn vocabulary(&self) -> &'v Vocabulary {
        self.vocabulary
    }

    /// What was asked for.
    pub fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Whether what is parsed now happens, or is only shown.
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// Reports a URL reference: `text` is the reference and nothing else. In a sample or a comment its role is `mention`.
    pub fn url(&mut self, text: &Text<'_>, role: Role) {
        self.push_url(text, role, None);
    }

    /// Reports a URL that no file names, and what makes a generator load it.
    pub fn implied_url(&mut self, url: &str, role: Role, implied_by: &str, span: Span) {
        self.push_url(&Text::synthetic(url, span), role, Some(implied_by.to_owned()));
    }

    fn push_url(&mut self, text: &Text<'_>, role: Role, implied_by: Option<String>) {
        let (role, sample) = match &self.setting {
            Setting::Live => (role, None),
            Setting::Sample(language) => (Role::Mention, Some(language.clone())),
            Setting::Comment => (Role::Mention, None),
        };
        if !self.wanted.role(role) || text.is_empty() {
            return;
        }
        let reference = resolve(text, self.base.as_ref());
        self.facts.urls.push(UrlRef { span: text.whole_span(), text: text.as_str().to_owned(), reference, role, implied_by, sample });
    }

    /// Whether what is loaded here is asked for: a sample and a comment only mention it.
    pub(super) fn loads(&self) -> bool {
        self.wanted.loads && self.setting == Setting::Live
    }

    /// Whether the code in this text has to be read for something that may stand in any code.
    pub(super) fn wants_code(&self, text: &str) -> bool {
        self.wanted.other_urls || (self.wanted.requests && self.vocabulary.may_hold_request(text.as_bytes()))
    }

    /// Whether any credential stands in the document, if they are wanted at all.
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether programs in the document have to be read for secrets that they show.
    pub(super) fn may_show_secrets(&self) -> bool {
        // What reads everything needs no gate.
        if self.wanted.other_urls {
            return self.wanted.secret_flows;
        }
        let secrets = &self.vocabulary.secrets;
        let may_show = || secrets.names(self.source(), |_| true).next().is_some() && secrets.may_be_shown_anyhow(self.source());
        self.wanted.secret_flows && *self.may_show_secrets.get_or_init(may_show)
    }

    /// Whether the document is a page of Markdown.
    pub(super) fn is_markdown(&self) -> bool {
        self.format == Format::Markdown
    }

    /// Runs `body`, in which nothing is shown.
    pub(super) fn without_secret_flows(&mut self, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.wanted.secret_flows);
        body(self);
        self.wanted.secret_flows = outer;
    }

    /// Reports a secret that is shown.
    pub fn secret_flow(&mut self, flow: SecretFlow) {
        if self.wanted.secret_flows {
            self.facts.secret_flows.push(flow);
        }
    }

    /// What the document's variables hold so far.
    pub(super) fn variables(&mut self) -> &mut carrier::Variables {
        &mut self.variables
    }

    /// Whether a credential stands there, if they are wanted at all.
    pub(super) fn has_key(&self, span: Span) -> bool {
        let next = self.keys.partition_point(|key| key.range.start < span.start);
        self.keys.get(next).is_some_and(|key| key.range.start < span.end)
    }

    /// Reports a use of a credential.
    pub fn credential(&mut self, credential: CredentialUse) {
        if self.wanted.credentials {
            self.facts.credentials.push(credential);
        }
    }

    /// Reports a request.
    pub fn request(&mut self, request: Request) {
        if self.wanted.requests {
            self.facts.requests.push(request);
        }
    }

    /// Reports how a file states that requests authenticate.
    pub(super) fn auth_claim(&mut self, claim: AuthClaim) {
        if self.wanted.requests {
            self.facts.auth_claims.push(claim);
        }
    }

    /// Reports a key that code sends as Bearer.
    pub(super) fn bearer_key(&mut self, key: BearerKey) {
        self.facts.bearer_keys.push(key);
    }

    /// Whether the document is a program.
    pub(super) fn is_program(&self) -> bool {
        matches!(self.format, Format::Script(_))
    }

    /// Whether tests of texts for hosts are wanted here: in programs and in those of pages and builds. A sample in a page decides nothing,
    /// but a file of a folder of tests is a program all the same.
    pub(super) fn tests_hosts(&self) -> bool {
        self.wanted.host_tests
            && (self.setting == Setting::Live || self.depth == 0)
            && matches!(
                self.format,
                Format::Script(_) | Format::Html | Format::Yaml | Format::Dockerfile | Format::Makefile | Format::Justfile
            )
    }

    /// Reports a test of a text for a host.
    pub(super) fn host_test(&mut self, test: HostTest) {
        self.facts.host_tests.push(test);
    }

    /// Whether API descriptions are wanted here: a sample describes nothing, and neither does the front matter of a page.
    pub(super) fn describes_apis(&self) -> bool {
        self.wanted.apis && self.setting == Setting::Live && matches!(self.format, Format::Json | Format::Yaml)
    }

    /// Reports the API description that the document is.
    pub(super) fn api(&mut self, description: ApiDescription) {
        self.facts.apis.push(description);
    }

    /// Reports a comment, if it addresses this program.
    pub fn comment(&mut self, comment: Comment) {
        if self.wanted.comments {
            self.facts.comments.push(comment);
        }
    }

    /// Names a stretch of the document.
    pub fn anchor(&mut self, span: Span, name: impl Into<String>) {
        self.facts.anchors.push(Anchor { span, name: name.into() });
    }

    /// Runs `body`, and names the stretch that it is about if it reports anything there.
    pub fn named(&mut self, span: Span, name: impl FnOnce() -> String, body: impl FnOnce(&mut Self)) {
        let anchors = self.facts.anchors.len();
        let count = |facts: &Facts| {
            let code = facts.requests.len()
                + facts.auth_claims.len()
                + facts.host_tests.len()
                + facts.secret_flows.len()
                + facts.bearer_keys.len();
            facts.urls.len() + facts.credentials.len() + code
        };
        let before = count(&self.facts);
        body(self);
        if count(&self.facts) > before {
            self.facts.anchors.insert(anchors, Anchor { span, name: name() });
        }
    }

    /// Reports what could not be parsed, and why: one sentence without a trailing full stop. What is only shown may be broken.
    pub fn issue(&mut self, span: Span, reason: impl Into<String>) {
        if self.setting != Setting::Live {
            return;
        }
        self.facts.issues.push(ParseIssue { span, reason: reason.into() });
    }

    /// Parses a text of another format that stands within this one.
    pub fn nested(&mut self, text: Text<'_>, format: Format) {
        if self.depth >= MAX_DEPTH {
            self.issue(text.whole_span(), format!("nested more than {MAX_DEPTH} deep, not read further"));
            return;
        }
        self.depth += 1;
        parse_text(self, text, format);
        self.depth -= 1;
    }

    /// Runs `body` in another setting. A sample within a comment stays a comment; nothing becomes live again.
    pub fn within(&mut self, setting: Setting, body: impl FnOnce(&mut Self)) {
        let outer = self.setting.clone();
        if outer == Setting::Live {
            self.setting = setting;
        }
        body(self);
        self.setting = outer;
    }

    /// Runs `body` with programs whose output another program reads, and nobody else.
    pub(super) fn captured(&mut self, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.captured, true);
        body(self);
        self.captured = outer;
    }

    /// Whether another program reads what this one prints.
    pub(super) fn is_captured(&self) -> bool {
        self.captured
    }

    /// Runs `body` with programs that find this when they start.
    pub(super) fn starting_with(&mut self, initial: Initial, body: impl FnOnce(&mut Self)) {
        let outer = self.initial.replace(Rc::new(initial));
        body(self);
        self.initial = outer;
    }

    /// What a program finds when it starts, if anything is known of that.
    pub(super) fn initial(&self) -> Option<Rc<Initial>> {
        self.initial.clone()
    }

    /// Runs `body`, which reports only requests.
    pub(super) fn requests_only(&mut self, body: impl FnOnce(&mut Self)) {
        let only = Wanted { requests: self.wanted.requests, ..Wanted::default() };
        let outer = std::mem::replace(&mut self.wanted, only);
        body(self);
        self.wanted = outer;
    }

    /// Counts the bytes of a program that is parsed.
    pub(super) fn parsed_code(&mut self, bytes: usize) {
        self.facts.parsed_code += bytes;
    }

    /// Whether relative references are resolved against a `<base href>`.
    pub fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// Runs `body` with references resolved against `base` (a `<base href>`).
    pub fn with_base(&mut self, base: Option<Url>, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.base, base);
        body(self);
        self.base = outer;
    }
}
