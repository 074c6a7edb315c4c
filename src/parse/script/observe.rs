//! What the engine tells while it walks a program: calls, assignments, entries, comparisons, with the values of their
//! parts as far as they are known. One observer looks for URLs, another for credentials; each is a plain struct.
//!
//! A function of the file is visited with unknown parameters, and once more for every call that gives it known ones, so
//! the same expression can be seen more than once: observers report a span once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::Language;
use super::ir::{Argument, Call, Element, Expr, ExprKind};
use super::value::Value;
use crate::model::{Span, Text};
use crate::parse::Context;

/// The program that is walked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script<'t> {
    /// Its text; all ranges are byte ranges of it.
    pub(super) text: &'t Text<'t>,
    /// What it is written in.
    pub(super) language: Language,
}

impl Script<'_> {
    /// Where a range of the script stands in the document.
    pub(super) fn span(self, range: &Range<usize>) -> Span {
        self.text.span(range.clone())
    }
}

/// Something that wants to know what a program does. Every method has a default that does nothing.
pub(super) trait Observer<'t> {
    /// A call, after its arguments were evaluated.
    fn call(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _call: &CallEvent<'_, 't>) {}
    /// An assignment, after its value was evaluated.
    fn assign(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _assign: &AssignEvent<'_, 't>) {}
    /// An entry of a map or object literal.
    fn entry(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _entry: &EntryEvent<'_, 't>) {}
    /// A comparison or membership test.
    fn compare(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _compare: &CompareEvent<'_, 't>) {}
    /// A JSX element, after its attributes and children were evaluated.
    fn element(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _element: &ElementEvent<'_, 't>) {}
    /// An import of a module: the expression that names it, and its value.
    fn import(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _module: &Expr<'t>, _value: &Value<'t>) {}
    /// A value is raised, after it was evaluated; with the values of its parts.
    fn raise(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _value: &Expr<'t>, _parts: &Parts<'t>) {}
    /// A redirection of a shell command.
    fn redirect(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _redirect: &RedirectEvent<'_, 't>) {}
    /// A string constant, once for each place in the source.
    fn literal(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _text: &Text<'t>) {}
    /// A text that was put together from several parts.
    fn joined(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _text: &Text<'t>) {}
    /// A regular expression literal, once for each place in the source.
    fn regex(&mut self, _cx: &mut Context<'_>, _script: Script<'t>, _text: &Text<'t>) {}
    /// A function begins to run.
    fn enter(&mut self) {}
    /// A function ends.
    fn leave(&mut self) {}
    /// Whether a function of this file has to be run again with this value, though it is no constant.
    fn follows(&self, _value: &Value<'t>) -> bool {
        false
    }
    /// Whether the values of the parts of expressions are asked for: [`Parts`].
    fn asks_for_parts(&self) -> bool {
        false
    }
    /// The end of the program.
    fn finish(&mut self, _cx: &mut Context<'_>, _script: Script<'t>) {}
}

/// A call and what is known of it.
pub(super) struct CallEvent<'e, 't> {
    /// The call.
    pub(super) call: &'e Call<'t>,
    /// The whole call.
    pub(super) range: &'e Range<usize>,
    /// What is called; see [`CallEvent::path`].
    pub(super) callee: &'e Value<'t>,
    /// The callee as a path, with imported names replaced by what they stand for, if it has one: `axios.get`,
    /// `requests.Session().get`; a shell's command word.
    pub(super) path: Option<&'e str>,
    /// The object whose method is called.
    pub(super) receiver: Option<&'e Value<'t>>,
    /// The values of [`Call::arguments`], in that order.
    pub(super) arguments: &'e [Value<'t>],
    /// Whether it stands in a branch or a loop, and so may not happen.
    pub(super) is_conditional: bool,
    /// The call of a function of this file in whose run it happens, the innermost.
    pub(super) caller: Option<Range<usize>>,
    /// Where a shell command's standard output goes; see [`Output`].
    pub(super) outputs: Rc<Vec<Output<'e, 't>>>,
    /// The values of the parts of its arguments.
    pub(super) parts: Parts<'t>,
}

impl<'e, 't> CallEvent<'e, 't> {
    /// The name of the function or method without what stands before it.
    pub(super) fn name(&self) -> Option<&'e str> {
        self.path.map(|path| path.rsplit('.').next().unwrap_or(path))
    }

    /// The argument at this place among those without a keyword. A record that is spread is none: its entries have keywords.
    pub(super) fn positional(&self, index: usize) -> Option<(&'e Argument<'t>, &'e Value<'t>)> {
        self.call
            .arguments
            .iter()
            .zip(self.arguments)
            .filter(|(argument, value)| argument.keyword.is_none() && !is_spread_record(argument, value))
            .nth(index)
    }

    /// The argument with this keyword, or the entry of that name in a record that is spread, with the spread as its argument.
    /// A language in which case means something has no two names that differ in it.
    pub(super) fn keyword(&self, keyword: &str) -> Option<(&'e Argument<'t>, &'e Value<'t>)> {
        let arguments = || self.call.arguments.iter().zip(self.arguments);
        let spread = || {
            let records = arguments().filter(|(argument, value)| is_spread_record(argument, value));
            records.flat_map(|(argument, value)| value.alternatives().iter().map(move |value| (argument, value))).find_map(
                |(argument, value)| {
                    let Value::Record(entries) = value else { return None };
                    let named = |name: &Value<'_>| name.constant().is_some_and(|name| name.eq_ignore_ascii_case(keyword));
                    entries.iter().rev().find(|(name, _)| named(name)).map(|(_, value)| (argument, value))
                },
            )
        };
        arguments().find(|(argument, _)| argument.keyword == Some(keyword)).or_else(spread)
    }
}

fn is_spread_record(argument: &Argument<'_>, value: &Value<'_>) -> bool {
    let is_record = || value.alternatives().iter().any(|value| matches!(value, Value::Record(_)));
    matches!(argument.value.kind, ExprKind::Spread(_)) && is_record()
}

/// An assignment and what is known of it.
pub(super) struct AssignEvent<'e, 't> {
    /// What is assigned to.
    pub(super) target: &'e Expr<'t>,
    /// The object of which a member or element is assigned.
    pub(super) object: Option<&'e Value<'t>>,
    /// The member's name, or the element's key.
    pub(super) key: Option<&'e Value<'t>>,
    /// The assigned expression.
    pub(super) expression: &'e Expr<'t>,
    /// Its value.
    pub(super) value: &'e Value<'t>,
    /// Whether it declares a variable, or assigns one of this file.
    pub(super) own: bool,
    /// The values of the parts of the expression.
    pub(super) parts: Parts<'t>,
}

/// An entry of a map or object literal.
pub(super) struct EntryEvent<'e, 't> {
    /// The key's expression.
    pub(super) key_expression: &'e Expr<'t>,
    /// The key.
    pub(super) key: &'e Value<'t>,
    /// The value's expression.
    pub(super) expression: &'e Expr<'t>,
    /// The value.
    pub(super) value: &'e Value<'t>,
}

/// A comparison or membership test.
pub(super) struct CompareEvent<'e, 't> {
    /// As in [`super::ir::ExprKind::Compare`].
    pub(super) operator: &'static str,
    /// The left side.
    pub(super) left: (&'e Expr<'t>, &'e Value<'t>),
    /// The right side.
    pub(super) right: (&'e Expr<'t>, &'e Value<'t>),
}

/// A JSX element.
pub(super) struct ElementEvent<'e, 't> {
    /// The element.
    pub(super) element: &'e Element<'t>,
    /// The values of [`Element::attributes`], in that order.
    pub(super) attributes: &'e [Value<'t>],
    /// The values of [`Element::children`], in that order.
    pub(super) children: &'e [Value<'t>],
}

/// A redirection of a shell command, told after the command.
pub(super) struct RedirectEvent<'e, 't> {
    /// The command, without its redirections.
    pub(super) command: &'e Expr<'t>,
    /// As in [`super::ir::ExprKind::Redirect`].
    pub(super) operator: &'t str,
    /// The path, or the text of a here-document.
    pub(super) target: &'e Expr<'t>,
    /// Its value.
    pub(super) value: &'e Value<'t>,
    /// Where the command's standard output goes.
    pub(super) outputs: Rc<Vec<Output<'e, 't>>>,
    /// The values of the parts of the target.
    pub(super) parts: Parts<'t>,
}

/// Where what a shell command prints goes. Of several around it the innermost stands last; none is the script's own output.
#[derive(Debug, Clone)]
pub(super) enum Output<'p, 't> {
    /// Where a person reads it: the terminal, whatever stands around.
    Shown,
    /// To the first of these commands, the rest of a pipeline.
    Piped(&'p [Expr<'t>]),
    /// Into a file, whose path is this.
    File(Value<'t>),
    /// Into the script: a substitution.
    Captured,
    /// To whoever calls the function, which nobody does in this file.
    Returned,
}

/// The values that variables, members and calls had when they were evaluated last, by where they stand. They are kept only
/// where an observer asks for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts<'t>(Option<Rc<RefCell<ByPlace<'t>>>>);

/// Values by the start and end of their expressions.
type ByPlace<'t> = HashMap<(usize, usize), Value<'t>>;

impl<'t> Parts<'t> {
    /// Keeps values.
    pub(super) fn kept() -> Self {
        Self(Some(Rc::default()))
    }

    /// Keeps a value, if any are asked for.
    pub(super) fn keep(&self, range: &Range<usize>, value: &Value<'t>) {
        if let Some(values) = &self.0 {
            values.borrow_mut().insert((range.start, range.end), value.clone());
        }
    }

    /// The value of an expression.
    pub(super) fn of(&self, expression: &Expr<'t>) -> Option<Value<'t>> {
        self.0.as_ref()?.borrow().get(&(expression.range.start, expression.range.end)).cloned()
    }
}
