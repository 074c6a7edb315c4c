//! `data:` URLs (WHATWG Fetch, section 6, and RFC 2397): their content is read as what it is.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::reference::percent_decoded;
use super::script::Language;
use super::{Context, Format};
use crate::model::{Directive, Role, ScriptKind, Text};

/// Forgiving base64 (WHATWG Infra, section 7): padding is optional.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the content of the `data:` URL `text`, whose scheme ends at `start`, used in a place of this role.
pub(super) fn parse(context: &mut Context<'_>, text: &Text<'_>, start: usize, role: Role) {
    let chars = text.as_str();
    // What follows a number sign is the URL's fragment.
    let end = chars.find('#').unwrap_or(chars.len());
    let Some(comma) = chars.get(start..end).and_then(|rest| rest.find(',')) else { return };
    let header = chars.get(start..start + comma).unwrap_or_default().trim();
    let body = text.slice(start + comma + 1..end);
    let (kind, base64) = match header.rsplit_once(';') {
        Some((kind, word)) if word.trim().eq_ignore_ascii_case("base64") => (kind, true),
        _ => (header, false),
    };
    let Some(format) = format(context, kind.split(';').next().unwrap_or_default().trim(), role) else { return };
    if !base64 {
        context.nested(percent_decoded(&body), format);
        return;
    }
    let digits: String = percent_decoded(&body).as_str().chars().filter(|c| !c.is_ascii_whitespace()).collect();
    if let Ok(bytes) = FORGIVING.decode(digits) {
        let content: Cow<'static, str> = String::from_utf8_lossy(&bytes).into_owned().into();
        context.nested(Text::synthetic(content, text.whole_span()), format);
    }
}

/// What to read the content as: by its place where that decides, else by its MIME type.
fn format(context: &Context<'_>, kind: &str, role: Role) -> Option<Format> {
    match role {
        Role::Load(Directive::Script | Directive::Worker) => return Some(Format::Script(Language::JavaScript)),
        Role::Load(Directive::Style) => return Some(Format::Css),
        _ => {}
    }
    Some(match kind.to_ascii_lowercase().as_str() {
        "text/html" => Format::Html,
        "text/css" => Format::Css,
        "" | "text/plain" => return None,
        kind if kind.ends_with("+xml") || kind.ends_with("/xml") => Format::Xml,
        kind if context.vocabulary().html.script(kind) == ScriptKind::JavaScript => Format::Script(Language::JavaScript),
        _ => return None,
    })
}
