use super::{ApiDescription, AuthClaim, BearerKey, HostTest, Reference, Request, Role, Secret, SecretFlow, Span};

/// What a parser is asked to extract. `check` asks for what its rules use, `facts` for everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// URLs that a page loads by itself.
    pub loads: bool,
    /// All other URLs: links, downloads, endpoints, mentions.
    pub other_urls: bool,
    /// Uses of credentials of a registered prefix.
    pub credentials: bool,
    /// Comments that address this program.
    pub comments: bool,
    /// HTTP requests.
    pub requests: bool,
    /// Tests of texts for hosts.
    pub host_tests: bool,
    /// Secrets that are shown.
    pub secret_flows: bool,
    /// API descriptions.
    pub apis: bool,
    /// Keys that code sends as Bearer.
    pub bearer_keys: bool,
}

impl Wanted {
    /// Everything that can be extracted.
    pub fn all() -> Self {
        Self {
            loads: true,
            other_urls: true,
            credentials: true,
            comments: true,
            requests: true,
            host_tests: true,
            secret_flows: true,
            apis: true,
            bearer_keys: true,
        }
    }

    /// What either of the two wants.
    pub fn union(self, other: Self) -> Self {
        Self {
            loads: self.loads || other.loads,
            other_urls: self.other_urls || other.other_urls,
            credentials: self.credentials || other.credentials,
            comments: self.comments || other.comments,
            requests: self.requests || other.requests,
            host_tests: self.host_tests || other.host_tests,
            secret_flows: self.secret_flows || other.secret_flows,
            apis: self.apis || other.apis,
            bearer_keys: self.bearer_keys || other.bearer_keys,
        }
    }

    /// Whether a URL with this role is wanted.
    pub fn role(self, role: Role) -> bool {
        if matches!(role, Role::Load(_)) { self.loads } else { self.other_urls }
    }

    /// Whether URLs of any role are wanted.
    pub fn urls(self) -> bool {
        self.loads || self.other_urls
    }
}

/// All that was extracted from one document.
#[derive(Debug, Default)]
pub struct Facts {
    /// Every URL reference.
    pub urls: Vec<UrlRef>,
    /// Every use of a credential of a registered prefix.
    pub credentials: Vec<CredentialUse>,
    /// Every comment that addresses this program.
    pub comments: Vec<Comment>,
    /// Every HTTP request.
    pub requests: Vec<Request>,
    /// Every statement of how requests of an API authenticate.
    pub auth_claims: Vec<AuthClaim>,
    /// Every test of a text for a host.
    pub host_tests: Vec<HostTest>,
    /// Every secret that is shown.
    pub secret_flows: Vec<SecretFlow>,
    /// Every key of a registered kind that code sends as Bearer.
    pub bearer_keys: Vec<BearerKey>,
    /// The API description that it is, or the part of one.
    pub apis: Vec<ApiDescription>,
    /// Named stretches of the document, outermost first where they nest.
    pub anchors: Vec<Anchor>,
    /// What could not be parsed.
    pub issues: Vec<ParseIssue>,
    /// How many bytes of programs were parsed: what a byte search ruled out is not among them.
    pub parsed_code: usize,
}

/// A URL reference and what becomes of it.
#[derive(Debug, Clone)]
pub struct UrlRef {
    /// The characters of the URL itself, without quotes or tag.
    pub span: Span,
    /// What the source decodes to.
    pub text: String,
    /// What it resolves to.
    pub reference: Reference,
    /// What becomes of it.
    pub role: Role,
    /// What makes a generator load it though no file names it (`theme.font`).
    pub implied_by: Option<String>,
    /// The language of the sample it stands in (`mention` of a code fence), if it stands in one.
    pub sample: Option<String>,
}

/// A key of a registered prefix, and what carries it.
#[derive(Debug, Clone)]
pub struct CredentialUse {
    /// The index of the credential's kind in [`super::Vocabulary::credentials`].
    pub kind: usize,
    /// The key's characters in the document.
    pub span: Span,
    /// The whole construct that puts the key in its place: `Authorization: Bearer ra_ws_…`.
    pub carrier_span: Span,
    /// The key.
    pub value: Secret,
    /// What it travels in.
    pub carrier: Carrier,
    /// The parts of the header that carries it, where they stand in the document.
    pub header: Option<HeaderParts>,
}

/// The parts of a header as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderParts {
    /// The header's name.
    pub name: Span,
    /// The scheme up to the credential, where both stand in one string.
    pub scheme: Option<Span>,
    /// Whether the name can be any header's as it stands: in a string, or in a line `Name: value`.
    pub quoted: bool,
}

/// What a credential travels in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    /// A request header; `scheme` is the word before the credential (`Bearer`), if there is one.
    Header {
        /// The header's name as written.
        name: String,
        /// The authentication scheme as written.
        scheme: Option<String>,
    },
    /// A query parameter of a URL, by its name.
    Query(String),
    /// A cookie, by its name.
    Cookie(String),
    /// User name or password of HTTP Basic authentication.
    Basic,
    /// Nothing that sends it: an assignment, a configuration value, prose.
    Bare,
}

/// A real comment of the document's format that addresses this program (`congruent: ignore[…]: …`).
#[derive(Debug, Clone)]
pub struct Comment {
    /// The comment, delimiters included.
    pub span: Span,
    /// Where in the document the words of the comment stand, without delimiters.
    pub text_span: Span,
    /// The block that follows it, where the format lets a comment stand for a whole block.
    pub covers: Option<Span>,
}

/// A stretch of the document with a name that stays when lines move: a heading's section, a function, a key path.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// The whole stretch.
    pub span: Span,
    /// Its name.
    pub name: String,
}

/// What could not be parsed.
#[derive(Debug, Clone)]
pub struct ParseIssue {
    /// Where.
    pub span: Span,
    /// Why, in one sentence without a trailing full stop.
    pub reason: String,
}
