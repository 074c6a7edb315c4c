//! What the engine knows of a value: a small term. What can't be computed stays symbolic (a path, a call's result), so that
//! an observer can still ask where it comes from; nothing is guessed.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use crate::model::{Segment, Span, Text, TextBuilder};

/// How many possible values one place may have; the rest is dropped.
const MAX_ALTERNATIVES: usize = 32;

/// The longest text that string building may give.
#[derive(Debug, Clone, Copy)]
struct Longest {
    bytes: usize,
    /// Of the source.
    stretches: usize,
}

/// With it a loop of appends stays linear.
const LONG: Longest = Longest { bytes: 32 << 10, stretches: 1024 };

/// The same where no room is left.
const SHORT: Longest = Longest { bytes: 256, stretches: 8 };

/// What is known of a value. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) enum Value<'t> {
    /// Nothing is known.
    Unknown,
    /// A string, perhaps with holes.
    Text(Rc<Built<'t>>),
    /// A regular expression.
    Regex(Rc<Text<'t>>),
    /// A number, boolean, null: its source.
    Atom(&'t str),
    /// Whatever a variable or member of this name holds: `process.env.API_KEY`, a parameter, a global function. A dotted path
    /// that starts at a name this file does not define, with imported names replaced by what they stand for; the result of
    /// a call in it is written `()`: `requests.Session().get`.
    Path(Rc<str>),
    /// What a call gives.
    Result(Rc<CallResult<'t>>),
    /// An array, tuple, set.
    List(Rc<[Value<'t>]>),
    /// A map or object: keys and values. A later entry of a key counts.
    Record(Rc<[(Value<'t>, Value<'t>)]>),
    /// A function of this file, by its number in the engine.
    Function(usize),
    /// A class of this file or an object of it, by the number of its scope in the engine.
    Class(usize),
    /// One of several.
    OneOf(Rc<[Value<'t>]>),
    /// Joined or taken from these, in a way that is not known: a sum of unknown terms, an element of an unknown list.
    Derived(Rc<[Value<'t>]>),
    /// Computed from something that can't be read back from it: a comparison, a part of a string.
    Reduced,
}

/// A string and what fills its holes.
#[derive(Debug)]
pub(super) struct Built<'t> {
    /// The characters; a hole's are `{name}`.
    pub(super) text: Text<'t>,
    /// What stands in each hole, in the order of [`Text::holes`].
    pub(super) holes: Vec<Value<'t>>,
}

/// A call whose result is not known.
#[derive(Debug)]
pub(super) struct CallResult<'t> {
    /// The callee's path, if it has one.
    pub(super) path: Option<Rc<str>>,
    /// The object whose method is called.
    pub(super) receiver: Option<Value<'t>>,
    /// The arguments, in the order of the source.
    pub(super) arguments: Vec<Value<'t>>,
    /// The keyword of each argument, where it has one; empty where none has.
    pub(super) keywords: Vec<Option<&'t str>>,
    /// Whether it makes an object whose fields are the keywords.
    pub(super) is_object: bool,
    /// The call.
    pub(super) range: Range<usize>,
}

impl<'t> Value<'t> {
    /// Whether values nest in it at most so deeply, as far as the budget of values to look at reaches.
    pub(super) fn is_flat(&self, depth: usize, budget: &mut usize) -> bool {
        if !self.has_parts() {
            return true;
        }
        if depth == 0 || *budget == 0 {
            return false;
        }
        *budget -= 1;
        let mut all = |values: &[Self]| values.iter().all(|value| value.is_flat(depth - 1, budget));
        match self {
            Self::Text(built) => all(&built.holes),
            Self::List(values) | Self::OneOf(values) | Self::Derived(values) => all(values),
            Self::Record(entries) => entries.iter().all(|(key, value)| key.is_flat(depth - 1, budget) && value.is_flat(depth - 1, budget)),
            Self::Result(result) => all(&result.arguments) && result.receiver.as_ref().is_none_or(|value| value.is_flat(depth - 1, budget)),
            _ => true,
        }
    }

    /// Whether it is made of other values.
    pub(super) fn has_parts(&self) -> bool {
        match self {
            Self::Text(built) => !built.holes.is_empty(),
            Self::Result(_) | Self::List(_) | Self::Record(_) | Self::OneOf(_) | Self::Derived(_) => true,
            Self::Unknown | Self::Regex(_) | Self::Atom(_) | Self::Path(_) | Self::Function(_) | Self::Class(_) | Self::Reduced => false,
        }
    }

    /// Whether it is more than a name: a function that takes it may do something that it does not do with another.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Path(_) | Self::Atom(_) | Self::Derived(_) | Self::Reduced)
    }

    /// Whether it is a member of an object of which nothing is known.
    pub(super) fn is_anything(&self) -> bool {
        matches!(self, Self::Path(path) if path.starts_with(Self::ANYTHING))
    }

    /// Any element of a list, any value of a record.
    pub(super) fn elements(&self) -> Self {
        self.each(|(_, value)| value)
    }

    /// The same where a record gives its keys, as in Python.
    pub(super) fn keys(&self) -> Self {
        self.each(|(key, _)| key)
    }

    fn each(&self, of_entry: fn(&(Self, Self)) -> &Self) -> Self {
        let values: Vec<&Self> = match self {
            Self::List(values) => values.iter().collect(),
            Self::Record(entries) => entries.iter().map(of_entry).collect(),
            Self::OneOf(values) => return values.iter().map(|value| value.each(of_entry)).reduce(Self::or).unwrap_or(Self::Unknown),
            Self::Path(_) | Self::Result(_) => return Self::Derived([self.clone()].into()),
            Self::Derived(_) => return self.clone(),
            _ => return Self::Unknown,
        };
        let mut all: Vec<Self> = Vec::new();
        for value in values {
            if all.len() < MAX_ALTERNATIVES && !all.iter().any(|known| known.same(value)) {
                all.push(value.clone());
            }
        }
        match all.len() {
            0 => Self::Unknown,
            1 => all.swap_remove(0),
            _ => Self::OneOf(all.into()),
        }
    }

    /// A string constant.
    pub(super) fn text(text: Text<'t>) -> Self {
        let whole = text.whole_span();
        Self::Text(Rc::new(Built { text: text.standing_in(whole), holes: Vec::new() }))
    }

    /// A path.
    pub(super) fn path(name: impl Into<Rc<str>>) -> Self {
        Self::Path(name.into())
    }

    /// The path by which it is known: its own, or that of the call that gave it with `()` behind it.
    pub(super) fn path_name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Path(path) => Some(Cow::Borrowed(&**path)),
            Self::Result(result) => result.path.as_ref().map(|path| format!("{path}()").into()),
            Self::OneOf(values) => values.iter().find_map(Self::path_name),
            _ => None,
        }
    }

    /// Every alternative: itself, where there is only one.
    pub(super) fn alternatives(&self) -> &[Self] {
        match self {
            Self::OneOf(values) => values,
            one => std::slice::from_ref(one),
        }
    }

    /// Every text that it may be.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text<'t>> {
        self.built().map(|built| &built.text)
    }

    /// Every text that it may be, with what fills its holes.
    pub(super) fn built(&self) -> impl Iterator<Item = &Rc<Built<'t>>> {
        self.alternatives().iter().filter_map(|value| match value {
            Self::Text(built) => Some(built),
            _ => None,
        })
    }

    /// Its text, if it is one constant without holes.
    pub(super) fn constant(&self) -> Option<&str> {
        match self {
            Self::Text(built) if built.holes.is_empty() => Some(built.text.as_str()),
            Self::Atom(atom) => Some(atom),
            _ => None,
        }
    }

    /// What an object was given for a field when it was made.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Result(result) if result.is_object => {
                result.keywords.iter().zip(&result.arguments).find(|(keyword, _)| **keyword == Some(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// What stands under a constant key.
    pub(super) fn entry(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Record(entries) => entries.iter().rev().find(|(name, _)| name.constant() == Some(key)).map(|(_, value)| value),
            Self::List(values) => key.parse::<usize>().ok().and_then(|index| values.get(index)),
            _ => None,
        }
    }

    /// The class of an object of this file.
    pub(super) fn class(&self) -> Option<usize> {
        match self {
            Self::Class(class) => Some(*class),
            Self::Record(entries) => match entries.iter().rev().find(|(key, _)| matches!(key, Self::Unknown)) {
                Some((_, Self::Class(class))) => Some(*class),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whichever of two.
    pub(super) fn or(self, other: Self) -> Self {
        let mut all = match &self {
            Self::OneOf(values) if values.len() >= MAX_ALTERNATIVES => return self,
            Self::OneOf(values) => values.to_vec(),
            one if one.same(&other) => return self,
            one => vec![one.clone()],
        };
        let before = all.len();
        for value in other.alternatives() {
            if all.len() < MAX_ALTERNATIVES && !all.iter().any(|known| known.same(value)) {
                all.push(value.clone());
            }
        }
        if all.len() == before { self } else { Self::OneOf(all.into()) }
    }

    /// Whether both are one and the same term, without looking into lists and records.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, Self::Unknown) | (Self::Reduced, Self::Reduced) => true,
            (Self::Text(one), Self::Text(two)) => {
                Rc::ptr_eq(one, two) || (one.text.as_str() == two.text.as_str() && one.text.whole_span() == two.text.whole_span())
            }
            (Self::Atom(one), Self::Atom(two)) => one == two,
            (Self::Path(one), Self::Path(two)) => one == two,
            (Self::Function(one), Self::Function(two)) | (Self::Class(one), Self::Class(two)) => one == two,
            (Self::Result(one), Self::Result(two)) => Rc::ptr_eq(one, two),
            (Self::List(one), Self::List(two)) | (Self::OneOf(one), Self::OneOf(two)) | (Self::Derived(one), Self::Derived(two)) => {
                Rc::ptr_eq(one, two)
            }
            (Self::Record(one), Self::Record(two)) => Rc::ptr_eq(one, two),
            (Self::Regex(one), Self::Regex(two)) => Rc::ptr_eq(one, two),
            _ => false,
        }
    }

    /// It as a text that is not known: a hole that stands at `place`, or one for each part of what is put together.
    pub(super) fn as_hole(&self, place: Span) -> Text<'static> {
        let mut builder = TextBuilder::new();
        match self {
            Self::Derived(parts) if parts.iter().any(|part| part.path_name().is_some()) => {
                parts.iter().for_each(|part| builder.hole(&part.placeholder(), place));
            }
            one => builder.hole(&one.placeholder(), place),
        }
        builder.finish()
    }

    /// The placeholder of this value in a string: `{name}`.
    fn placeholder(&self) -> String {
        match self.path_name() {
            Some(name) if name.len() <= 80 => format!("{{{name}}}"),
            _ => "{}".to_owned(),
        }
    }
}

/// A part of a string and where its expression stands.
pub(super) struct Part<'t> {
    /// The value.
    pub(super) value: Value<'t>,
    /// The expression that gives it.
    pub(super) span: Span,
}

/// What may still be put together of other values: of texts that grow by each assignment every one is kept, and so one program
/// could take the memory of thousands.
#[derive(Debug)]
pub(super) struct Room(Cell<usize>);

impl Default for Room {
    /// Room for what stands outside of programs.
    fn default() -> Self {
        Self::new(16 << 20)
    }
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self(Cell::new(bytes))
    }

    /// Whether there is room for so many values, which is taken.
    pub(super) fn takes(&self, values: usize) -> bool {
        let left = self.0.get().checked_sub(values.saturating_mul(size_of::<Value<'_>>()));
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Joins parts into one string. `construct` is the whole expression; each of its parts with alternatives multiplies
    /// the alternatives of the result, up to the bound. Without any string among the parts it is no string building. Where there is
    /// no more room, texts stay short and have no alternatives.
    pub(super) fn concat<'t>(&self, parts: &[Part<'t>], construct: Span) -> Value<'t> {
        let is_text = |value: &Value<'_>| matches!(value, Value::Text(_));
        if !parts.iter().any(|part| part.value.alternatives().iter().any(is_text)) {
            return Value::Derived(parts.iter().map(|part| part.value.clone()).collect());
        }
        let (most, longest) = if self.0.get() > 0 { (MAX_ALTERNATIVES, LONG) } else { (1, SHORT) };
        let count = parts.iter().map(|part| part.value.alternatives().len()).fold(1usize, |all, count| (all * count).min(most));
        // The nth choice takes the alternatives that n spells in the mixed radix of their counts.
        let choice = |mut n: usize| {
            let mut chosen = Vec::with_capacity(parts.len());
            for part in parts {
                let alternatives = part.value.alternatives();
                let radix = alternatives.len().max(1);
                chosen.push((alternatives.get(n % radix).unwrap_or(&part.value), part.span));
                n /= radix;
            }
            chosen
        };
        (0..count).map(|n| self.join(&choice(n), construct, longest)).reduce(Value::or).unwrap_or(Value::Unknown)
    }

    fn join<'t>(&self, parts: &[(&Value<'t>, Span)], construct: Span, longest: Longest) -> Value<'t> {
        let mut builder = TextBuilder::new();
        let mut holes = Vec::new();
        for &(value, span) in parts {
            if builder.len() > longest.bytes || builder.stretches() > longest.stretches {
                return Value::Derived(parts.iter().map(|(value, _)| (*value).clone()).collect());
            }
            match value {
                Value::Text(built) => {
                    builder.push(&built.text, 0..built.text.len());
                    holes.extend(built.holes.iter().cloned());
                }
                // Nothing, where a text is built, stands for what comes at run time.
                Value::Atom(atom) if !matches!(*atom, "None" | "nil" | "null" | "undefined") => builder.escaped(atom, span),
                unknown => {
                    // `'https://a.test/' + x`: the URL ends in the string, where `x` does not touch it.
                    let span = builder.source_end().filter(|end| *end != span.start).map_or(span, |end| Span::new(end, end));
                    builder.hole(&unknown.placeholder(), span);
                    holes.push(unknown.clone());
                }
            }
        }
        let bytes = builder.len() + builder.stretches() * size_of::<Segment>();
        self.0.set(self.0.get().saturating_sub(bytes));
        Value::Text(Rc::new(Built { text: builder.finish().standing_in(construct), holes }))
    }
}

impl<'t> Value<'t> {
    /// One path for every object of which nothing is known.
    pub(super) const ANYTHING: &'static str = "?";

    /// A part of a text, with the values of the holes that lie in it.
    pub(super) fn slice_of(built: &Built<'t>, range: Range<usize>) -> Self {
        let kept = built.text.holes().zip(&built.holes).filter(|(hole, _)| hole.start < range.end && range.start < hole.end);
        let holes = kept.map(|(_, value)| value.clone()).collect();
        Self::Text(Rc::new(Built { text: built.text.slice(range), holes }))
    }
}
