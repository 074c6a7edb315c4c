//! Variables: what each holds now, and whatever it held at any time.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use foldhash::HashMap;

use super::super::value::Value;

/// How deep the value of a variable may nest that was made of others, and how many values with parts it may hold, those that it
/// holds twice counted twice: all that is done with values recurses.
const MAX_NESTED: usize = 24;
const MAX_PARTS: usize = 1024;

/// The number of a scope.
pub(super) type ScopeId = usize;

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    /// The file.
    Module,
    /// One run of a function.
    Function,
    /// A class: its names are members of the object, which a method of most languages doesn't see as bare names.
    Class,
}

/// A variable.
#[derive(Debug)]
struct Slot<'t> {
    /// Its value where execution stands.
    now: Value<'t>,
    /// Every value that was assigned so far: what a function that runs later may find.
    ever: Value<'t>,
    /// Whether it may ever have been made of other values.
    has_parts: bool,
}

#[derive(Debug)]
struct Scope<'t> {
    parent: Option<ScopeId>,
    kind: ScopeKind,
    this: Option<Value<'t>>,
    slots: HashMap<Cow<'t, str>, Slot<'t>>,
}

/// What a branch assigned: the scope, the name, and the value before it (`None` if there was no such variable).
type Write<'t> = (ScopeId, Cow<'t, str>, Option<Value<'t>>);

/// All scopes of a run.
#[derive(Debug)]
pub(super) struct Scopes<'t> {
    scopes: Vec<Scope<'t>>,
    /// What was assigned since the outermost open branch began.
    journal: Vec<Write<'t>>,
    branches: usize,
    /// Whether a method sees the members of its class as bare names.
    bare_members: bool,
    /// Whether an assignment to a bare name may be one to a member.
    assigns_members: bool,
    /// Whether the statement that runs read a value that is made of others.
    reads_parts: Cell<bool>,
}

/// What one side of a branch assigned.
pub(super) struct Side<'t>(HashMap<(ScopeId, Cow<'t, str>), Value<'t>>);

impl<'t> Scopes<'t> {
    /// The file's scope alone.
    pub(super) fn new(bare_members: bool, assigns_members: bool) -> Self {
        let module = Scope { parent: None, kind: ScopeKind::Module, this: None, slots: HashMap::default() };
        Self { scopes: vec![module], journal: Vec::new(), branches: 0, bare_members, assigns_members, reads_parts: Cell::new(false) }
    }

    /// Opens a scope within another.
    pub(super) fn open(&mut self, parent: ScopeId, kind: ScopeKind, this: Option<Value<'t>>) -> ScopeId {
        self.scopes.push(Scope { parent: Some(parent), kind, this, slots: HashMap::default() });
        self.scopes.len() - 1
    }

    /// How much was assigned, for [`Self::close`].
    pub(super) fn assigned(&self) -> usize {
        self.journal.len()
    }

    /// Closes a scope that nothing can see any more, where it is the last one that was opened; so much was assigned before it.
    pub(super) fn close(&mut self, scope: ScopeId, assigned: usize) {
        if scope + 1 == self.scopes.len() && scope > 0 {
            self.scopes.pop();
            let since = self.journal.split_off(assigned.min(self.journal.len()));
            self.journal.extend(since.into_iter().filter(|(id, ..)| *id != scope));
        }
    }

    /// A variable's value as seen from a scope: its current value in the same function, every value it ever had if it
    /// belongs to an outer one.
    pub(super) fn get(&self, from: ScopeId, name: &str) -> Option<Value<'t>> {
        let mut at = Some(from);
        let mut crossed = false;
        while let Some(scope) = at.and_then(|id| self.scopes.get(id)) {
            if (scope.kind != ScopeKind::Class || self.bare_members || at == Some(from))
                && let Some(slot) = scope.slots.get(name)
            {
                self.reads_parts.set(self.reads_parts.get() || slot.has_parts);
                return Some(if crossed { slot.ever.clone() } else { slot.now.clone() });
            }
            crossed |= scope.kind == ScopeKind::Function;
            at = scope.parent;
        }
        None
    }

    /// Declares a variable in the function (or class) to which the scope belongs.
    pub(super) fn declare(&mut self, scope: ScopeId, name: Cow<'t, str>, value: Value<'t>) {
        self.set_in(scope, name, value, false);
    }

    /// Assigns to the variable of that name that a scope sees, or to a new one of its own. An assignment to a variable of
    /// an outer function adds a value: nobody knows when that function runs.
    pub(super) fn assign(&mut self, from: ScopeId, name: Cow<'t, str>, value: Value<'t>) {
        let mut at = Some(from);
        let mut crossed = false;
        while let Some((id, scope)) = at.and_then(|id| Some((id, self.scopes.get(id)?))) {
            if (scope.kind != ScopeKind::Class || self.assigns_members || id == from) && scope.slots.contains_key(&name) {
                self.set_in(id, name, value, crossed);
                return;
            }
            crossed |= scope.kind == ScopeKind::Function;
            at = scope.parent;
        }
        self.set_in(from, name, value, false);
    }

    /// Begins a statement: gives what was read before, for [`Self::end_statement`].
    pub(super) fn begin_statement(&self) -> bool {
        self.reads_parts.replace(false)
    }

    /// Ends a statement.
    pub(super) fn end_statement(&self, before: bool) {
        self.reads_parts.set(self.reads_parts.get() || before);
    }

    fn set_in(&mut self, id: ScopeId, name: Cow<'t, str>, value: Value<'t>, add: bool) {
        let Some(scope) = self.scopes.get_mut(id) else { return };
        // What is only put together of what stands in the source is as large as that.
        let is_bounded = !self.reads_parts.get() || value.is_flat(MAX_NESTED, &mut { MAX_PARTS });
        let value = if is_bounded { value } else { Value::Unknown };
        let has_parts = value.has_parts();
        let old = match scope.slots.get_mut(&name) {
            Some(slot) => {
                slot.has_parts |= has_parts;
                slot.ever = slot.ever.clone().or(value.clone());
                let value = if add { slot.now.clone().or(value) } else { value };
                Some(std::mem::replace(&mut slot.now, value))
            }
            None => {
                scope.slots.insert(name.clone(), Slot { now: value.clone(), ever: value, has_parts });
                None
            }
        };
        if self.branches > 0 {
            self.journal.push((id, name, old));
        }
    }

    /// The object to which the running method belongs: the nearest class, or a record.
    pub(super) fn class(&self, from: ScopeId) -> Option<ScopeId> {
        let mut at = Some(from);
        while let Some((id, scope)) = at.and_then(|id| Some((id, self.scopes.get(id)?))) {
            if scope.kind == ScopeKind::Class {
                return Some(id);
            }
            at = scope.parent;
        }
        None
    }

    /// What `this` is, where it is known from the call.
    pub(super) fn this(&self, from: ScopeId) -> Option<Value<'t>> {
        let mut at = Some(from);
        while let Some(scope) = at.and_then(|id| self.scopes.get(id)) {
            if scope.this.is_some() || scope.kind == ScopeKind::Class {
                return scope.this.clone();
            }
            at = scope.parent;
        }
        None
    }

    /// A member of a class.
    pub(super) fn member(&self, class: ScopeId, name: &str) -> Option<Value<'t>> {
        let slot = self.scopes.get(class)?.slots.get(name)?;
        self.reads_parts.set(self.reads_parts.get() || slot.has_parts);
        Some(slot.ever.clone())
    }

    /// Adds a value to a member of a class.
    pub(super) fn add_member(&mut self, class: ScopeId, name: Cow<'t, str>, value: Value<'t>) {
        self.set_in(class, name, value, true);
    }

    /// Whether a branch or a loop runs.
    pub(super) fn is_in_branch(&self) -> bool {
        self.branches > 0
    }

    /// Begins one side of a branch.
    pub(super) fn begin_side(&mut self) -> usize {
        self.branches += 1;
        self.journal.len()
    }

    /// Ends a side of a branch: takes back what it assigned, and says what that was.
    pub(super) fn end_side(&mut self, mark: usize) -> Side<'t> {
        self.branches -= 1;
        let mut side = HashMap::default();
        for (id, name, old) in self.journal.drain(mark.min(self.journal.len())..).rev() {
            let Some(slot) = self.scopes.get_mut(id).and_then(|scope| scope.slots.get_mut(&name)) else { continue };
            let new = match old {
                Some(old) => std::mem::replace(&mut slot.now, old),
                // It did not exist before: on the other side it has no value, so this side's is the one to see.
                None => slot.now.clone(),
            };
            side.entry((id, name)).or_insert(new);
        }
        Side(side)
    }

    /// Joins a side with one that assigned nothing.
    pub(super) fn join_with_nothing(&mut self, side: Side<'t>) {
        self.join(side, Side(HashMap::default()));
    }

    /// Joins two sides.
    pub(super) fn join(&mut self, one: Side<'t>, two: Side<'t>) {
        // In the order of names: which alternatives survive the bound must not depend on a hash.
        let keys: BTreeSet<_> = one.0.keys().chain(two.0.keys()).cloned().collect();
        for key in keys {
            let Some(old) = self.scopes.get(key.0).and_then(|scope| scope.slots.get(&key.1)).map(|slot| slot.now.clone()) else {
                continue;
            };
            let value = match (one.0.get(&key), two.0.get(&key)) {
                (Some(one), Some(two)) => one.clone().or(two.clone()),
                (Some(one), None) => old.or(one.clone()),
                (None, Some(two)) => old.or(two.clone()),
                (None, None) => continue,
            };
            self.set_in(key.0, key.1, value, false);
        }
    }
}
