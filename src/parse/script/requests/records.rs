//! Records of headers, parameters and cookies.

use super::given::{Given, first_text, is_nothing, name, word_text};
use super::{Draft, Requests, bare};
use crate::model::{RequestBody, RequestPart, Span, Text, TextBuilder};
use crate::parse::request::encoded;
use crate::parse::script::ir::Expr;
use crate::parse::script::observe::Script;
use crate::parse::script::value::Value;

/// What is added to a record after it was made.
#[derive(Debug, Clone)]
pub(super) enum Added<'t> {
    /// An entry.
    Entry(Text<'t>, Text<'t>),
    /// Whatever this holds.
    Unknown(String),
}

impl<'t> Requests<'_, 't> {
    /// Takes the headers that are given.
    pub(super) fn headers_at(&mut self, script: Script<'t>, given: Given<'_, 't>, draft: &mut Draft<'t>) {
        match given {
            Given::Absent => {}
            Given::Unknown(name) => draft.unknown(RequestPart::Headers, format!("`{name}` may hold headers")),
            Given::Value(value, argument) => self.headers(script, value, argument, draft),
        }
    }

    /// Takes a record of headers, which stands in or is `expression`.
    pub(super) fn headers(&mut self, script: Script<'t>, value: &Value<'t>, expression: &Expr<'t>, draft: &mut Draft<'t>) {
        let client = |place| self.senders.first(place).filter(|sender| !sender.is_request);
        let built = || self.senders.of_expression(expression).and_then(client);
        if let Some(bag) = self.senders.of_value(value).and_then(|place| self.senders.first(place)).or_else(built) {
            let bag = bag.draft.clone();
            bag.headers.into_iter().for_each(|(name, value)| draft.set_header(name, value));
            bag.unknown.into_iter().for_each(|unknown| draft.unknown(unknown.part, unknown.reason));
            return;
        }
        let (mut records, unknown) = self.entries_of(script, value, expression);
        // Of what branches make of it, what has all headers of the others stands for them.
        records.sort_by_key(|entries| std::cmp::Reverse(entries.len()));
        let mut records = records.into_iter();
        let mut all = records.next().unwrap_or_default();
        let known = all.len();
        for (name, value) in records.flatten() {
            if !all.iter().any(|(known, _)| known.as_str().eq_ignore_ascii_case(name.as_str())) {
                all.push((name, value));
            }
        }
        if all.len() > known {
            draft.unknown(RequestPart::Headers, "the headers differ from branch to branch");
        }
        unknown.into_iter().for_each(|name| draft.unknown(RequestPart::Headers, format!("`{name}` may hold headers")));
        for (name, value) in all {
            match value {
                Some(_) if name.has_holes() => draft.unknown(RequestPart::Headers, computed(&name)),
                Some(value) => draft.set_header(name, value.trim()),
                None => draft.headers.retain(|(known, _)| !known.as_str().eq_ignore_ascii_case(name.as_str())),
            }
        }
        let added: Vec<_> = value.alternatives().iter().filter_map(super::identity).filter_map(|record| self.added.get(&record)).collect();
        for added in added.into_iter().flat_map(|(_, added)| added) {
            match added {
                Added::Entry(name, _) if name.has_holes() => draft.unknown(RequestPart::Headers, computed(name)),
                Added::Entry(name, value) => draft.set_header(name.clone(), value.clone()),
                Added::Unknown(name) => draft.unknown(RequestPart::Headers, format!("`{name}` may hold headers")),
            }
        }
    }

    /// Takes the parameters of the query that are given.
    pub(super) fn query_at(&self, script: Script<'t>, given: Given<'_, 't>, draft: &mut Draft<'t>) {
        match given {
            Given::Absent => {}
            Given::Unknown(name) => draft.unknown(RequestPart::Query, format!("`{name}` may hold parameters")),
            Given::Value(Value::Text(built), _) => {
                let skip = usize::from(built.text.as_str().starts_with('?'));
                draft.query.extend(Some(built.text.slice(skip..built.text.len())).filter(|query| !query.is_empty()));
            }
            // What is encoded as a query.
            Given::Value(Value::Result(result), argument)
                if let Some(record @ (Value::Record(_) | Value::List(_))) = result.arguments.first()
                    && self.is_form(result.path.as_deref()) =>
            {
                self.query_at(script, Given::Value(record, argument), draft)
            }
            Given::Value(value, argument) => {
                let (entries, unknown) = self.entries_of(script, value, argument);
                unknown.into_iter().for_each(|name| draft.unknown(RequestPart::Query, format!("`{name}` may hold parameters")));
                let entries = entries.into_iter().next().unwrap_or_default();
                draft.query.extend(entries.into_iter().filter_map(|(name, value)| Some(encoded(&assigned(&name, &value?, "=")))));
            }
        }
    }

    /// Whether the result of a call is encoded as a form is, which is how a query is encoded.
    fn is_form(&self, path: Option<&str>) -> bool {
        path.and_then(|path| self.requests.body.find(path).next()).is_some_and(|role| role.kind == RequestBody::Form)
    }

    /// Takes the cookies that are given.
    pub(super) fn cookies_at(&mut self, script: Script<'t>, given: Given<'_, 't>, draft: &mut Draft<'t>) {
        let Given::Value(value, argument) = given else { return };
        let (entries, unknown) = self.entries_of(script, value, argument);
        unknown.into_iter().for_each(|name| draft.unknown(RequestPart::Headers, format!("`{name}` may hold cookies")));
        let cookies = entries.into_iter().next().unwrap_or_default();
        let cookies: Vec<_> = cookies.into_iter().filter_map(|(name, value)| Some(assigned(&name, &value?, "="))).collect();
        let Some(first) = cookies.first().map(Text::whole_span) else { return };
        let joined = cookies.into_iter().reduce(|one, two| assigned(&one, &two, "; "));
        draft.headers.extend(joined.map(|value| (Text::synthetic("Cookie", first), value)));
    }

    /// The entries of each record that a value may be, a value of nothing being none; and what else it may be.
    #[allow(clippy::type_complexity, reason = "used in this file only")]
    fn entries_of(
        &self,
        script: Script<'t>,
        value: &Value<'t>,
        expression: &Expr<'t>,
    ) -> (Vec<Vec<(Text<'t>, Option<Text<'t>>)>>, Vec<String>) {
        let (mut records, mut unknown) = (Vec::new(), Vec::new());
        for value in value.alternatives() {
            match value {
                nothing if is_nothing(nothing) => {}
                Value::Record(entries) => records.push(self.entries(script, entries.iter(), expression, true, &mut unknown)),
                // A list of pairs.
                Value::List(pairs) if pairs.iter().all(|pair| matches!(pair, Value::List(pair) if pair.len() == 2)) => {
                    let pairs: Vec<_> =
                        pairs.iter().filter_map(|pair| Some((pair.entry("0")?.clone(), pair.entry("1")?.clone()))).collect();
                    records.push(self.entries(script, pairs.iter(), expression, false, &mut unknown));
                }
                other => unknown.push(name(script, other, expression)),
            }
        }
        (records, unknown)
    }

    fn entries<'e>(
        &self,
        script: Script<'t>,
        entries: impl Iterator<Item = &'e (Value<'t>, Value<'t>)>,
        expression: &Expr<'t>,
        is_unique: bool,
        unknown: &mut Vec<String>,
    ) -> Vec<(Text<'t>, Option<Text<'t>>)>
    where
        't: 'e,
    {
        let whole = script.span(&expression.range);
        let mut out: Vec<(Text<'t>, Option<Text<'t>>)> = Vec::new();
        for (key, value) in entries {
            if matches!(key, Value::Unknown) {
                unknown.push(value.path_name().map_or_else(|| name(script, &Value::Unknown, expression), |name| name.into_owned()));
                continue;
            }
            let key = match key {
                Value::Atom(word) => word_text(script, word, whole),
                key => first_text(script, key, whole),
            };
            let place = self.entries.get(&key.whole_span()).copied().unwrap_or(key.whole_span());
            let value = match value {
                nothing if is_nothing(nothing) => None,
                Value::List(values) => values.first().map(|value| first_text(script, value, place)),
                value => Some(first_text(script, value, place)),
            };
            if is_unique {
                out.retain(|(known, _)| !known.as_str().eq_ignore_ascii_case(key.as_str()));
            }
            out.push((key, value));
        }
        out
    }
}

/// That the name of a header is computed.
pub(super) fn computed(name: &Text<'_>) -> String {
    match bare(name) {
        "" => "the name of a header is computed".to_owned(),
        name => format!("`{name}` names a header"),
    }
}

/// `name=value`.
pub(super) fn assigned<'t>(name: &Text<'t>, value: &Text<'t>, sign: &str) -> Text<'t> {
    let mut builder = TextBuilder::new();
    builder.push(name, 0..name.len());
    let end = name.whole_span().end;
    builder.escaped(sign, Span::new(end, end));
    builder.push(value, 0..value.len());
    builder.finish()
}
