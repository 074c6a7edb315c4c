//! Text that is put together from what stands between tags: samples in `pre`, and scripts and styles of SVG in HTML.

use std::ops::Range;

use super::element::Element;
use super::entity::Place;
use super::script_element::{self, Content};
use crate::model::{Role, TextBuilder};
use crate::parse::context::Setting;
use crate::parse::template::Source;
use crate::parse::{Context, Format, css};

/// The text of an open element.
#[derive(Debug)]
pub(super) struct Collector {
    kind: Kind,
    builder: TextBuilder,
}

#[derive(Debug)]
enum Kind {
    /// A sample, in this language (empty if unknown).
    Sample(String),
    /// `<script>` in SVG.
    Script(Content),
    /// `<style>` in SVG.
    Style,
}

impl Collector {
    /// Starts to collect at the start tag of an element of SVG (`foreign`) or HTML, if its text is of interest.
    pub(super) fn open(context: &Context<'_>, element: &Element<'_, '_, '_>, foreign: bool) -> Option<Self> {
        let kind = if foreign && element.is("script") {
            Kind::Script(script_element::kind(context, element.source, element.attributes))
        } else if foreign && element.is("style") {
            Kind::Style
        } else if element.is("pre")
            && (context.wanted().role(Role::Mention)
                || context.wanted().credentials
                || context.wanted().requests
                || context.may_show_secrets())
        {
            Kind::Sample(language(element))
        } else {
            return None;
        };
        Some(Self { kind, builder: TextBuilder::new() })
    }

    /// Notes a start tag within: `<code class="language-…">`, a line break.
    pub(super) fn start(&mut self, element: &Element<'_, '_, '_>) {
        if let Kind::Sample(known) = &mut self.kind {
            if element.is("br") {
                self.builder.escaped("\n", element.source.text().span(element.tag.clone()));
            } else if element.is("code") && known.is_empty() {
                *known = language(element);
            }
        }
    }

    pub(super) fn push(&mut self, source: &Source<'_, '_>, range: Range<usize>, place: Option<Place>) {
        let text = source.value(range, place);
        self.builder.push(&text, 0..text.len());
    }

    /// Whether an end tag of this name ends it.
    pub(super) fn ends_with(&self, name: &[u8]) -> bool {
        let own = match self.kind {
            Kind::Sample(_) => "pre",
            Kind::Script(_) => "script",
            Kind::Style => "style",
        };
        name.eq_ignore_ascii_case(own.as_bytes())
    }

    /// Reports what was collected.
    pub(super) fn finish(self, context: &mut Context<'_>) {
        let text = self.builder.finish();
        match self.kind {
            Kind::Script(content) => script_element::read(context, text, content),
            Kind::Style => css::parse_as(context, &text, css::Dialect::Css),
            Kind::Sample(language) => {
                let wanted = context.wants_code(text.as_str()) || context.has_key(text.whole_span()) || context.may_show_secrets();
                if wanted && !text.is_empty() {
                    let format = Format::of_extension(&language).unwrap_or(Format::Plain);
                    context.within(Setting::Sample(language), |context| context.nested(text, format));
                }
            }
        }
    }
}

/// The language that the element's class names: `language-bash`, `lang-sh`, `highlight-source-shell`, `brush: js`.
fn language(element: &Element<'_, '_, '_>) -> String {
    let data = element.value("data-lang");
    if !data.is_empty() {
        return data.to_ascii_lowercase();
    }
    let class = element.value("class").to_ascii_lowercase();
    let of_word = |word: &str| {
        let prefixes = ["language-", "lang-", "highlight-source-", "brush:"];
        prefixes.iter().find_map(|prefix| word.strip_prefix(prefix).map(ToOwned::to_owned))
    };
    class.split_ascii_whitespace().find_map(of_word).unwrap_or_default()
}
