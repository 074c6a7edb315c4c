use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A fetch directive of CSP Level 3, section 6.1, under which a browser would load a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Directive {
    /// XHR, `fetch`, `WebSocket`, `EventSource`, beacons, preconnects.
    Connect,
    /// `@font-face` sources.
    Font,
    /// Nested documents.
    Frame,
    /// Images, favicons, posters, CSS images.
    Img,
    /// Web app manifests.
    Manifest,
    /// Audio, video, text tracks.
    Media,
    /// Plugins.
    Object,
    /// Scripts and module imports.
    Script,
    /// Style sheets.
    Style,
    /// Workers.
    Worker,
}

impl Directive {
    /// Every directive.
    pub const ALL: [Self; 10] = [
        Self::Connect,
        Self::Font,
        Self::Frame,
        Self::Img,
        Self::Manifest,
        Self::Media,
        Self::Object,
        Self::Script,
        Self::Style,
        Self::Worker,
    ];

    /// The directive's name as CSP spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect-src",
            Self::Font => "font-src",
            Self::Frame => "frame-src",
            Self::Img => "img-src",
            Self::Manifest => "manifest-src",
            Self::Media => "media-src",
            Self::Object => "object-src",
            Self::Script => "script-src",
            Self::Style => "style-src",
            Self::Worker => "worker-src",
        }
    }

    /// Whether what is loaded can only be shown: images, audio and video. All else is active content.
    pub fn is_passive(self) -> bool {
        matches!(self, Self::Img | Self::Media)
    }
}

/// What becomes of a URL where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Role {
    /// A page loads it by itself.
    Load(Directive),
    /// A person follows it.
    Navigate,
    /// A program fetches it as a file.
    Download,
    /// Code calls it as an API.
    Endpoint,
    /// It is only named: prose, comments, samples, namespaces.
    Mention,
}

impl Role {
    /// The role's name in output and in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load(directive) => directive.name(),
            Self::Navigate => "navigate",
            Self::Download => "download",
            Self::Endpoint => "endpoint",
            Self::Mention => "mention",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let load = Directive::ALL.into_iter().find(|d| d.name() == name).map(Self::Load);
        let other = [Self::Navigate, Self::Download, Self::Endpoint, Self::Mention].into_iter().find(|r| r.name() == name);
        load.or(other).ok_or_else(|| format!("`{name}` is no role: a CSP fetch directive, navigate, download, endpoint or mention"))
    }
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Role> for &'static str {
    fn from(role: Role) -> Self {
        role.name()
    }
}
