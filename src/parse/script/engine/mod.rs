//! Runs a program abstractly, in the order of its statements, and tells the observers what it meets.
//!
//! The file's own statements run first; then every function runs once with unknown parameters, and finds whatever the
//! variables around it ever held. A call of a function of this file with a value that is known runs that function with it
//! at once. Those extra runs are bounded in depth and number, so the time is linear in the program; all else is visited
//! exactly once.

mod assign;
mod call;
mod expression;
mod fold;
mod given;
mod output;
mod scope;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::ops::Range;
use std::rc::Rc;

use super::Language;
use super::initial::Initial;
use super::ir::{Block, Expr, ExprKind, Function, Import, RAISED, Stmt};
use super::observe::{Observer, Output, Parts, Script};
use super::value::{Room, Value};
use crate::model::ScriptRoles;
use crate::parse::Context;
use given::Given;
use scope::{ScopeId, ScopeKind, Scopes};

/// How deep evaluation may nest, calls included. It bounds the stack.
const MAX_DEPTH: usize = 400;

/// Expressions that all extra runs together may evaluate: a base, and so many for each expression of the program.
const BASE_STEPS: usize = 20_000;
const STEPS_PER_EXPRESSION: usize = 20;

/// The most expressions that extra runs may evaluate, however large the program is.
const MAX_STEPS: usize = 1_000_000;

/// What may be put together of other values, in bytes: a base, and so many for each byte of the program.
const BASE_ROOM: usize = 32 << 20;
const ROOM_PER_BYTE: usize = 32;

/// A function and the scope in which it was made.
struct Closure<'p, 't> {
    function: &'p Function<'t>,
    scope: ScopeId,
    this: Option<Value<'t>>,
    /// Whether a call has run all of it: then it needs no run of its own.
    done: bool,
    /// What it returned when it was called without anything known.
    constant: Option<Value<'t>>,
    /// How often a shell's command ran it.
    runs: usize,
}

/// A function that is still to be run.
struct Pending<'t> {
    closure: usize,
    arguments: Vec<Value<'t>>,
    /// How many calls with known values led here.
    calls: usize,
}

/// One run of one program.
pub(super) struct Engine<'p, 't, 'a, 'v> {
    script: Script<'t>,
    roles: &'a ScriptRoles,
    context: &'a mut Context<'v>,
    /// What the program finds when it starts.
    initial: Option<Rc<Initial>>,
    observers: Vec<Box<dyn Observer<'t> + 'a>>,
    scopes: Scopes<'t>,
    scope: ScopeId,
    closures: Vec<Closure<'p, 't>>,
    pending: VecDeque<Pending<'t>>,
    /// The functions that are being called, and what each has returned so far.
    running: Vec<(usize, Option<Value<'t>>)>,
    /// How many calls with known values are open.
    calls: usize,
    /// The calls of functions of this file that are open.
    callers: Vec<Range<usize>>,
    steps: usize,
    room: Room,
    depth: usize,
    seen_literals: HashSet<usize>,
    /// Functions and classes, by where they start and how far they go, and their names.
    names: BTreeMap<(usize, Reverse<usize>), &'t str>,
    /// Names of members that were assigned: only those are looked up as variables.
    assigned_members: HashSet<&'t str>,
    /// Where the output goes of what runs, innermost last.
    outputs: Rc<Vec<Output<'p, 't>>>,
    parts: Parts<'t>,
}

/// Runs a program before observers.
pub(super) fn run<'t, 'a>(
    program: &Block<'t>,
    script: Script<'t>,
    roles: &'a ScriptRoles,
    context: &'a mut Context<'_>,
    observers: Vec<Box<dyn Observer<'t> + 'a>>,
) {
    let initial = context.initial();
    let mut engine = Engine {
        script,
        roles,
        initial,
        context,
        observers,
        scopes: Scopes::new(script.language.has_bare_members(), script.language.assigns_bare_members()),
        scope: 0,
        closures: Vec::new(),
        pending: VecDeque::new(),
        running: Vec::new(),
        calls: 0,
        callers: Vec::new(),
        // An expression takes at least two bytes.
        steps: (BASE_STEPS + script.text.len() / 2 * STEPS_PER_EXPRESSION).min(MAX_STEPS),
        room: Room::new(BASE_ROOM + script.text.len() * ROOM_PER_BYTE),
        depth: 0,
        seen_literals: HashSet::new(),
        names: BTreeMap::new(),
        assigned_members: HashSet::new(),
        outputs: Rc::default(),
        parts: Parts::default(),
    };
    if engine.observers.iter().any(|observer| observer.asks_for_parts()) {
        engine.parts = Parts::kept();
    }
    let before = engine.context.reported();
    engine.block(program);
    engine.run_pending();
    engine.tell(|observer, context, script| observer.finish(context, script));
    let names = std::mem::take(&mut engine.names);
    let stretches = names.into_iter().map(|((start, Reverse(end)), name)| (script.span(&(start..end)), name));
    engine.context.name_since(before, stretches);
}

impl<'p, 't> Engine<'p, 't, '_, '_> {
    /// Tells every observer.
    fn tell(&mut self, mut tell: impl FnMut(&mut dyn Observer<'t>, &mut Context<'_>, Script<'t>)) {
        for observer in &mut self.observers {
            tell(observer.as_mut(), self.context, self.script);
        }
    }

    fn run_pending(&mut self) {
        while let Some(next) = self.pending.pop_front() {
            let known = next.arguments.iter().any(Value::is_known);
            match self.closures.get(next.closure) {
                Some(closure) if known || !closure.done => {}
                _ => continue,
            }
            if next.calls > 0 && self.steps == 0 {
                continue;
            }
            self.calls = next.calls;
            self.outputs = Rc::new(vec![Output::Returned]);
            self.run_closure(next.closure, &Given::places(next.arguments), None);
        }
    }

    /// Runs statements in the current scope. Functions are known before the first statement.
    fn block(&mut self, block: &'p Block<'t>) {
        for statement in block {
            if let Stmt::Function(function) = statement {
                let value = self.closure(function);
                if let Some(name) = function.name {
                    self.scopes.declare(self.scope, Cow::Borrowed(name), value);
                }
            }
        }
        for statement in block {
            self.statement(statement);
        }
    }

    /// A function value; its own run is scheduled.
    fn closure(&mut self, function: &'p Function<'t>) -> Value<'t> {
        if let Some(name) = function.name {
            self.name_stretch(name, &function.range);
        }
        let this = self.scopes.this(self.scope);
        self.closures.push(Closure { function, scope: self.scope, this, done: false, constant: None, runs: 0 });
        let closure = self.closures.len() - 1;
        self.pending.push_back(Pending { closure, arguments: Vec::new(), calls: self.calls });
        Value::Function(closure)
    }

    /// Keeps the name of a function or class; where there are two, the first.
    fn name_stretch(&mut self, name: &'t str, range: &Range<usize>) {
        if !name.is_empty() {
            self.names.entry((range.start, Reverse(range.end))).or_insert(name);
        }
    }

    fn statement(&mut self, statement: &'p Stmt<'t>) {
        let before = self.scopes.begin_statement();
        self.execute(statement);
        self.scopes.end_statement(before);
    }

    fn execute(&mut self, statement: &'p Stmt<'t>) {
        match statement {
            Stmt::Expr(expression) => {
                self.evaluate(expression);
            }
            Stmt::If { test, then, otherwise } => {
                if let Some(test) = test {
                    self.evaluate(test);
                }
                self.branch(then, otherwise);
            }
            Stmt::Loop { each, test, body } => {
                if let Some(test) = test {
                    self.evaluate(test);
                }
                let element = each.as_ref().map(|(target, iterable)| (target, iterable, self.evaluate(iterable)));
                let mark = self.scopes.begin_side();
                if let Some((target, iterable, list)) = element {
                    let value = match self.script.language {
                        Language::Python => list.keys(),
                        _ => list.elements(),
                    };
                    self.bind(target, value, iterable, true);
                }
                self.block(body);
                let side = self.scopes.end_side(mark);
                self.scopes.join_with_nothing(side);
            }
            Stmt::Function(_) => {}
            Stmt::Class { name, body, range } => {
                self.name_stretch(name, range);
                self.class(name, body);
            }
            Stmt::Return(value) => {
                let value = self.evaluate(value);
                if let Some((_, returned)) = self.running.last_mut() {
                    *returned = Some(match returned.take() {
                        Some(before) => before.or(value),
                        None => value,
                    });
                }
            }
            Stmt::Raise(raised) => {
                let value = self.evaluate(raised);
                let parts = self.parts.clone();
                self.tell(|observer, context, script| observer.raise(context, script, raised, &parts));
                self.scopes.declare(self.scope, Cow::Borrowed(RAISED), value);
            }
            Stmt::Import { module, names } => self.import(module, names),
        }
    }

    fn branch(&mut self, then: &'p Block<'t>, otherwise: &'p Block<'t>) {
        let mark = self.scopes.begin_side();
        self.block(then);
        let one = self.scopes.end_side(mark);
        if otherwise.is_empty() {
            self.scopes.join_with_nothing(one);
            return;
        }
        let mark = self.scopes.begin_side();
        self.block(otherwise);
        let two = self.scopes.end_side(mark);
        self.scopes.join(one, two);
    }

    fn class(&mut self, name: &'t str, body: &'p Block<'t>) {
        let outer = self.scope;
        let class = self.scopes.open(outer, ScopeKind::Class, None);
        if !name.is_empty() {
            self.scopes.declare(outer, Cow::Borrowed(name), Value::Class(class));
        }
        self.scope = class;
        self.block(body);
        self.scope = outer;
    }

    fn import(&mut self, module: &'p Expr<'t>, names: &[Import<'t>]) {
        let value = self.evaluate(module);
        self.tell(|observer, context, script| observer.import(context, script, module, &value));
        let path = value.constant().or(match &module.kind {
            ExprKind::Name(name) => Some(*name),
            _ => None,
        });
        let path = path.and_then(fold::module_name).map(ToOwned::to_owned);
        for Import { local, imported } in names {
            let name = match (&path, imported) {
                (Some(path), Some(imported)) => Cow::Owned(format!("{path}.{imported}")),
                (Some(path), None) => Cow::Borrowed(path.as_str()),
                (None, Some(imported)) => Cow::Borrowed(*imported),
                (None, None) => Cow::Borrowed(*local),
            };
            let value = Value::path(name);
            self.scopes.declare(self.scope, Cow::Borrowed(local), value);
        }
    }
}
