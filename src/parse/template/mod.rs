//! Template expressions (Jinja, Django, Liquid, Go, Handlebars, Hugo, ERB, EJS, PHP) in a text of another format.
//!
//! The text is tokenized with its template syntax masked, byte for byte, so that quotes and angle brackets in an expression
//! break nothing. What is taken out of it ([`Source::value`]) has the expressions back: as constants where they are constant,
//! as holes where they are not, and each side of an `{% if %}` as an alternative. Where a file is not a template beyond doubt,
//! nothing is masked that a browser would read as a tag or an attribute: what loads can't hide in braces.

mod component;
mod expression;
mod scan;
mod statement;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::Context;
use super::Format;
use super::context::Setting;
use super::html::entity::{self, Place};
use super::html::tokenizer::MASK;
use super::plain;
use super::script::Language;
use crate::model::{Comment, HtmlRoles, Text, TextBuilder};

pub(in crate::parse) use expression::{Part, alternatives, brace_parts, template_parts};
pub(in crate::parse) use scan::uses_braces;
use scan::{Dialect, Piece, PieceKind};
use statement::Statement;

/// How many alternatives of one value are followed.
const MAX_ALTERNATIVES: usize = 8;

/// A text, and where its template syntax is.
#[derive(Debug)]
pub(in crate::parse) struct Source<'t, 's> {
    text: &'t Text<'s>,
    masked: Cow<'t, str>,
    pieces: Vec<Piece>,
    /// Names that a statement sets to a string literal, and where that is.
    constants: HashMap<String, Range<usize>>,
    /// Names that the program of a component gives to a string literal.
    of_component: HashMap<&'t str, &'t str>,
    evident: bool,
    /// Whether braces in a quoted attribute hold an expression (Svelte).
    interpolates: bool,
    /// What the words of template languages mean.
    words: &'t HtmlRoles,
}

impl<'t, 's> Source<'t, 's> {
    /// Finds the template syntax in `text`.
    pub(in crate::parse) fn new(text: &'t Text<'s>, context: &Context<'t>) -> Self {
        let chars = text.as_str();
        let words = &context.vocabulary().html;
        let masked = Cow::Borrowed(chars);
        let interpolates = context.path().ends_with(".svelte");
        let mut source = Self {
            text,
            masked,
            pieces: Vec::new(),
            constants: HashMap::new(),
            of_component: HashMap::new(),
            evident: false,
            interpolates,
            words,
        };
        if component::is_component(context.path()) {
            source.of_component = component::constants(context.source());
        }
        let delimiters = ["{{", "{%", "<%", "<?"];
        if delimiters.iter().any(|open| memmem::find(chars.as_bytes(), open.as_bytes()).is_some()) {
            let dialect = Dialect::of(context.path(), chars);
            source.evident = dialect.evident;
            source.pieces = scan::pieces(chars, dialect, words);
            source.collect_constants();
        }
        if text.has_holes() {
            let hole = |range: Range<usize>| Piece { range: range.clone(), kind: PieceKind::Output(range) };
            let free: Vec<_> = text.holes().filter(|hole| !source.overlaps(hole)).map(hole).collect();
            source.pieces.extend(free);
            source.pieces.sort_by_key(|piece| piece.range.start);
        }
        if !source.pieces.is_empty() {
            let mut masked = chars.as_bytes().to_vec();
            for piece in &source.pieces {
                if let Some(bytes) = masked.get_mut(piece.range.clone()) {
                    bytes.fill(MASK);
                }
            }
            // Pieces start and end at ASCII characters, or at the edges of holes.
            source.masked = String::from_utf8(masked).map_or(Cow::Borrowed(chars), Cow::Owned);
        }
        source
    }

    /// The text itself.
    pub(in crate::parse) fn text(&self) -> &'t Text<'s> {
        self.text
    }

    /// As many bytes as the text has, with template syntax masked.
    pub(in crate::parse) fn masked(&self) -> &str {
        &self.masked
    }

    /// Whether the bytes `range` hold template syntax.
    pub(in crate::parse) fn has_pieces(&self, range: &Range<usize>) -> bool {
        self.overlaps(range)
    }

    /// The text at `range`, decoded, with holes; statements are blank.
    pub(in crate::parse) fn value(&self, range: Range<usize>, place: Option<Place>) -> Text<'s> {
        if !self.overlaps(&range) {
            return self.decoded(range, place);
        }
        self.assemble(range, place, None)
    }

    /// Whether braces in a quoted attribute hold an expression.
    pub(in crate::parse) fn interpolates(&self) -> bool {
        self.interpolates
    }

    /// What the text at `range` can come to: a text for each side of the choices in it.
    pub(in crate::parse) fn alternatives(&self, range: &Range<usize>, place: Option<Place>) -> Vec<Text<'s>> {
        if !self.overlaps(range) {
            return vec![self.decoded(range.clone(), place)];
        }
        let sides = self.sides(range).min(MAX_ALTERNATIVES);
        (0..sides).map(|side| self.assemble(range.clone(), place, Some(side))).collect()
    }

    /// Reports what stands in comments and expressions: mentions, and comments that address this program.
    pub(in crate::parse) fn report(&self, context: &mut Context<'_>) {
        for piece in &self.pieces {
            match &piece.kind {
                PieceKind::Comment(words) => {
                    comment(context, self.text, piece.range.clone(), words.clone());
                    context.within(Setting::Comment, |context| plain::mentions(context, &self.text.slice(words.clone())));
                }
                PieceKind::Output(code) if is_program(context, self.text.slice(code.clone()).as_str()) => {
                    context.nested(self.text.slice(code.clone()), Format::Script(Language::Ruby));
                }
                PieceKind::Output(code) | PieceKind::Statement(_, code) => plain::mentions(context, &self.text.slice(code.clone())),
            }
        }
    }

    /// The text that a name at `range` stands for, if it is a constant of the component; what braces stand around the name counts as it.
    pub(in crate::parse) fn constant(&self, range: &Range<usize>) -> Option<&'t str> {
        let name = self.text.as_str().get(range.clone())?.trim_start_matches(['$', '{']).trim_end_matches('}').trim();
        self.of_component.get(name).copied()
    }

    /// Whether the file is a template beyond doubt.
    pub(in crate::parse) fn is_evident(&self) -> bool {
        self.evident
    }

    /// The program or style sheet at `range`. Only in an evident template are two braces in it an expression; elsewhere they
    /// are the program's own.
    pub(in crate::parse) fn code(&self, range: Range<usize>) -> Text<'s> {
        if self.evident { self.value(range, None) } else { self.text.slice(range) }
    }

    fn decoded(&self, range: Range<usize>, place: Option<Place>) -> Text<'s> {
        match place {
            Some(place) => entity::decode(self.text, &self.masked, range, place),
            None => self.text.slice(range),
        }
    }

    /// The index of the first piece that ends after `at`.
    fn first_after(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.range.end <= at)
    }

    fn overlaps(&self, range: &Range<usize>) -> bool {
        self.pieces.get(self.first_after(range.start)).is_some_and(|piece| piece.range.start < range.end)
    }

    fn within(&self, range: &Range<usize>) -> impl Iterator<Item = &Piece> {
        let end = range.end;
        self.pieces.iter().skip(self.first_after(range.start)).take_while(move |piece| piece.range.start < end)
    }

    /// For each choice in `range`, in the order in which they open: how many sides it has.
    fn choices(&self, range: &Range<usize>) -> Vec<usize> {
        let mut sides = Vec::new();
        let mut open = Vec::new();
        for piece in self.within(range) {
            match &piece.kind {
                PieceKind::Statement(Statement::Open, _) => {
                    open.push(sides.len());
                    sides.push(1);
                }
                PieceKind::Statement(Statement::Else, _) => {
                    if let Some(count) = open.last().and_then(|choice: &usize| sides.get_mut(*choice)) {
                        *count += 1;
                    }
                }
                PieceKind::Statement(Statement::Close, _) => {
                    open.pop();
                }
                _ => {}
            }
        }
        sides
    }

    /// How many alternatives the text at `range` has.
    fn sides(&self, range: &Range<usize>) -> usize {
        let outputs = self.within(range).filter_map(|piece| match &piece.kind {
            PieceKind::Output(code) => Some(self.output(code).len()),
            _ => None,
        });
        self.choices(range).into_iter().chain(outputs).max().unwrap_or_default().max(1)
    }

    /// The text at `range` with one side of each choice: the one of this number, or the last one if there are fewer. Without a
    /// number, all of them, apart.
    fn assemble(&self, range: Range<usize>, place: Option<Place>, side: Option<usize>) -> Text<'s> {
        let mut builder = TextBuilder::new();
        let mut at = range.start;
        let mut open: Vec<Choice> = Vec::new();
        let mut choices = self.choices(&range).into_iter();
        let mut pieces = self.within(&range).peekable();
        loop {
            let next = pieces.peek().map_or(range.end, |piece| piece.range.start.clamp(at, range.end));
            let shown = open.iter().all(|choice| choice.shown);
            if shown && at < next {
                let literal = self.decoded(at..next, place);
                builder.push(&literal, 0..literal.len());
            }
            let Some(piece) = pieces.next() else { break };
            match (&piece.kind, side) {
                (PieceKind::Output(code), _) if shown => self.push_output(&mut builder, piece, code, side.unwrap_or_default()),
                (PieceKind::Statement(Statement::Open, _), Some(side)) => {
                    let wanted = side.min(choices.next().unwrap_or(1).saturating_sub(1));
                    open.push(Choice { number: 0, wanted, shown: wanted == 0 });
                }
                (PieceKind::Statement(Statement::Else, _), Some(_)) => {
                    if let Some(choice) = open.last_mut() {
                        choice.number += 1;
                        choice.shown = choice.number == choice.wanted;
                    }
                }
                (PieceKind::Statement(Statement::Close, _), Some(_)) => {
                    open.pop();
                }
                (PieceKind::Statement(..) | PieceKind::Comment(_), None) => builder.escaped(" ", self.text.span(piece.range.clone())),
                _ => {}
            }
            at = piece.range.end.min(range.end);
        }
        builder.finish()
    }

    /// The values of an expression, as parts.
    fn output(&self, code: &Range<usize>) -> Vec<Vec<Part>> {
        let chars = self.text.as_str();
        let code = match chars.get(code.clone()) {
            Some(text) => {
                let start = code.start + (text.len() - text.trim_start_matches(['-', '~', '&', '{']).len());
                let end = code.end - (text.len() - text.trim_end_matches(['-', '~', '}']).len());
                start.min(end)..end
            }
            None => code.clone(),
        };
        alternatives(chars, code)
    }

    fn push_output(&self, builder: &mut TextBuilder, piece: &Piece, code: &Range<usize>, side: usize) {
        let values = self.output(code);
        let span = self.text.span(piece.range.clone());
        let chars = self.text.as_str();
        let whole = chars.get(piece.range.clone()).unwrap_or_default();
        let parts = values.get(side.min(values.len().saturating_sub(1)));
        let constant = |part: &Part| match part {
            Part::Literal(range) => Some(range.clone()),
            Part::Name(range) => chars.get(range.clone()).and_then(|name| self.constants.get(name)).cloned(),
            Part::Hole(_) => None,
        };
        match parts {
            Some(parts) if parts.iter().any(|part| constant(part).is_some()) && self.is_certain(parts, code, constant) => {
                for part in parts {
                    match (constant(part), part) {
                        (Some(range), Part::Literal(_)) => builder.push(self.text, range),
                        (Some(range), _) => builder.escaped(chars.get(range).unwrap_or_default(), span),
                        (None, _) => builder.hole("{}", span),
                    }
                }
            }
            _ => builder.hole(whole, span),
        }
    }

    /// Whether filters leave the value what it is, as far as hosts go: it starts like a URL with a host, or they are known to.
    fn is_certain(&self, parts: &[Part], code: &Range<usize>, constant: impl Fn(&Part) -> Option<Range<usize>>) -> bool {
        let first = parts.first().and_then(constant).and_then(|range| self.text.as_str().get(range));
        let absolute = first.is_some_and(|text| text.trim_start().starts_with(['/', '\\']) || text.contains(':'));
        absolute || expression::filters(self.text.as_str(), code.clone()).all(|filter| self.words.keeps_path(filter))
    }

    fn collect_constants(&mut self) {
        let chars = self.text.as_str();
        for piece in &self.pieces {
            let PieceKind::Statement(_, code) = &piece.kind else { continue };
            let Some((name, value)) = chars.get(code.clone()).and_then(statement::assignment) else { continue };
            let values = alternatives(chars, code.start + value.start..code.start + value.end);
            if let [parts] = values.as_slice()
                && let [Part::Literal(range)] = parts.as_slice()
            {
                self.constants.insert(name.to_owned(), range.clone());
            }
        }
    }
}

/// A choice that is open while a text is put together.
struct Choice {
    number: usize,
    wanted: usize,
    shown: bool,
}

/// Whether an expression of ERB makes an element (Ruby on Rails, `ActionView::Helpers::AssetTagHelper`).
fn is_program(context: &Context<'_>, code: &str) -> bool {
    context.path().ends_with(".erb") && code.contains("_tag") && code.contains("//")
}

/// Reports the comment at `range` of `text`, whose words are at `words`, if it addresses this program.
pub(in crate::parse) fn comment(context: &mut Context<'_>, text: &Text<'_>, range: Range<usize>, words: Range<usize>) {
    let addressed = text.as_str().get(words.clone()).is_some_and(|chars| chars.contains("congruent:"));
    // In a sample it is shown, not said.
    if addressed && context.wanted().comments && *context.setting() == Setting::Live {
        let words = text.slice(words).trim();
        context.comment(Comment { span: text.span(range), text_span: words.whole_span(), covers: None });
    }
}
