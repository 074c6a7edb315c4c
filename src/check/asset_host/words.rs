//! Loads in words.

use url::Url;

use crate::model::Directive;

/// What a page does under a directive, before "from" and a host.
pub(super) fn loads(directive: Directive) -> &'static str {
    match directive {
        Directive::Connect => "requests data",
        Directive::Font => "loads a font",
        Directive::Frame => "embeds a page",
        Directive::Img => "loads an image",
        Directive::Manifest => "loads an app manifest",
        Directive::Media => "loads audio or video",
        Directive::Object => "embeds an object",
        Directive::Script => "loads a script",
        Directive::Style => "loads a style sheet",
        Directive::Worker => "runs a worker",
    }
}

/// The allowlist entry that allows a URL's host, with its port if that is not the scheme's own.
pub(super) fn entry(url: &Url, host: &str) -> String {
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
