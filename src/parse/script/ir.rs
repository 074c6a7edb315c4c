//! The intermediate form: what every language's syntax tree is lowered to.
//!
//! It keeps what decides where a value goes (assignments, calls, string building, branches, pipes) and drops the rest.
//! Ranges are byte ranges of the script's [`Text`]; names are slices of it. Literals carry a decoded `Text` of their own,
//! so a URL within an escaped string still has its exact place. What a lowering does not know becomes
//! [`ExprKind::Other`] with its parts, never nothing: a string in it must be seen.

use std::ops::Range;

use crate::model::Text;

/// The name under which it is kept what was raised last: no program has a variable of that name.
pub(super) const RAISED: &str = "what was raised";

/// What was read of a script.
#[derive(Debug)]
pub(super) struct Program<'t> {
    /// Its statements.
    pub(super) block: Block<'t>,
    /// The ranges of its comments, in order.
    pub(super) comments: Vec<Range<usize>>,
    /// The first place that nests too deeply to be read as code.
    pub(super) too_deep: Option<Range<usize>>,
    /// The samples in its documentation: their language, which may be empty, and their code.
    pub(super) samples: Vec<(String, Text<'static>)>,
}

/// Statements in order.
pub(super) type Block<'t> = Vec<Stmt<'t>>;

/// A statement.
#[derive(Debug)]
pub(super) enum Stmt<'t> {
    /// An expression for its effect; assignments are expressions ([`ExprKind::Assign`]).
    Expr(Expr<'t>),
    /// A branch. `try` is its body in place, then a branch with the handler; a `switch` is a chain of branches.
    If { test: Option<Expr<'t>>, then: Block<'t>, otherwise: Block<'t> },
    /// A loop: runs any number of times. With `each`, a target takes every element of an iterable.
    Loop { each: Option<(Expr<'t>, Expr<'t>)>, test: Option<Expr<'t>>, body: Block<'t> },
    /// A named function or method.
    Function(Function<'t>),
    /// A class: its methods and fields are members of [`ExprKind::This`].
    Class { name: &'t str, body: Block<'t>, range: Range<usize> },
    /// `return` or `yield` of a value.
    Return(Expr<'t>),
    /// `throw` or `raise` of a value.
    Raise(Expr<'t>),
    /// An import: the module's name or path, and what it binds.
    Import { module: Expr<'t>, names: Vec<Import<'t>> },
}

/// A name that an import binds: `import { imported as local } from module`.
#[derive(Debug)]
pub(super) struct Import<'t> {
    /// The name in this file.
    pub(super) local: &'t str,
    /// The name in the module; `None` for the module itself (also a default export).
    pub(super) imported: Option<&'t str>,
}

/// A function, named or not. An arrow function's expression is a block with one [`Stmt::Return`].
#[derive(Debug)]
pub(super) struct Function<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) parameters: Vec<Parameter<'t>>,
    pub(super) body: Block<'t>,
    pub(super) range: Range<usize>,
}

/// A parameter: a name, or a pattern as in an assignment. A method's receiver is no parameter.
#[derive(Debug)]
pub(super) struct Parameter<'t> {
    pub(super) target: Expr<'t>,
    pub(super) default: Option<Expr<'t>>,
    /// Takes all further arguments.
    pub(super) rest: bool,
}

/// An expression and where it stands.
#[derive(Debug)]
pub(super) struct Expr<'t> {
    pub(super) kind: ExprKind<'t>,
    pub(super) range: Range<usize>,
}

/// What an expression is. Parentheses, `await`, casts and type arguments are left out.
#[derive(Debug)]
pub(super) enum ExprKind<'t> {
    /// A string constant, decoded, without its quotes.
    Literal(Text<'t>),
    /// A regular expression literal, as written between its delimiters.
    Regex(Text<'t>),
    /// A number, boolean, null: its source text.
    Atom(&'t str),
    /// String building: `+`, interpolation, adjacent literals, word parts of a shell. Nested chains are one flat list.
    Concat(Vec<Expr<'t>>),
    /// A format string and what fills it: `%`, `.format`, `Sprintf`, `printf` are calls; this is the operator form.
    Format { template: Box<Expr<'t>>, arguments: Box<Expr<'t>> },
    /// A variable; a shell's `$1` is the name `1`.
    Name(&'t str),
    /// The object a method belongs to: `this`, Python's `self`, the receiver of a Go method.
    This,
    /// `object.name`.
    Member(Box<Expr<'t>>, &'t str),
    /// `object[key]`.
    Index(Box<Expr<'t>>, Box<Expr<'t>>),
    /// A part of a string or list: `key[:4]`, `${KEY:0:6}`.
    Slice(Box<Expr<'t>>),
    /// A call of any style.
    Call(Box<Call<'t>>),
    /// `target = value`, declarations, `export X=…`. A target may be a pattern ([`ExprKind::Record`] or
    /// [`ExprKind::List`] of targets, a target with a default being an assignment). `append` is `+=`. `local` makes its
    /// names belong to the innermost function, whatever stands outside: `let`, Go's `:=`, Python's assignments without
    /// `global`. A declaration without a value has an empty [`ExprKind::Other`] as its value.
    Assign { target: Box<Expr<'t>>, value: Box<Expr<'t>>, append: bool, local: bool },
    /// A map or object literal. A spread is an entry with [`ExprKind::Spread`] as its value and no key.
    Record(Vec<Entry<'t>>),
    /// An array, tuple, set.
    List(Vec<Expr<'t>>),
    /// `...x`, `*x`, `**x`.
    Spread(Box<Expr<'t>>),
    /// `test ? then : otherwise`; `a or b`, `a ?? b`, `${a:-b}` (no test).
    Choice { test: Option<Box<Expr<'t>>>, then: Box<Expr<'t>>, otherwise: Box<Expr<'t>> },
    /// A comparison or membership test, in a common spelling: `==`, `!=`, `in`, `not in`, `<`, `<=`, `>`, `>=`, `=~`.
    Compare { operator: &'static str, left: Box<Expr<'t>>, right: Box<Expr<'t>> },
    /// A function value.
    Function(Box<Function<'t>>),
    /// A JSX element.
    Element(Box<Element<'t>>),
    /// A shell pipeline.
    Pipe(Vec<Expr<'t>>),
    /// A shell redirection: the command, the operator (`>`, `>>`, `<<`, `<<<`, `2>`), and a path or the heredoc's text.
    Redirect { command: Box<Expr<'t>>, operator: &'t str, target: Box<Expr<'t>> },
    /// Anything else: evaluated for its parts, of unknown value.
    Other(Vec<Expr<'t>>),
}

/// A key and a value; neither is missing but in a spread.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) key: Option<Expr<'t>>,
    pub(super) value: Expr<'t>,
}

/// How a call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallStyle {
    /// `f(x)`.
    Plain,
    /// `new F(x)`, also Go's composite literals.
    New,
    /// A tagged template: the template is the only argument.
    Template,
    /// A shell command: the callee is the command word, each further word an argument. Assignments before the command
    /// are arguments with a keyword.
    Command,
    /// What a shell puts in the place of commands: their output.
    Substitution,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call<'t> {
    pub(super) callee: Expr<'t>,
    pub(super) arguments: Vec<Argument<'t>>,
    pub(super) style: CallStyle,
}

/// An argument, with its keyword if it has one.
#[derive(Debug)]
pub(super) struct Argument<'t> {
    pub(super) keyword: Option<&'t str>,
    pub(super) value: Expr<'t>,
}

/// A JSX element; a fragment has an empty tag.
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) tag: &'t str,
    pub(super) attributes: Vec<Attribute<'t>>,
    pub(super) children: Vec<Expr<'t>>,
}

/// A JSX attribute; a spread has no name.
#[derive(Debug)]
pub(super) struct Attribute<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) value: Expr<'t>,
}

impl<'t> Expr<'t> {
    /// An expression.
    pub(super) fn new(kind: ExprKind<'t>, range: Range<usize>) -> Self {
        Self { kind, range }
    }

    /// `target = value`, or `target += value` if `append`.
    pub(super) fn assign(target: Self, value: Self, append: bool, range: Range<usize>) -> Self {
        Self::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value), append, local: false }, range)
    }

    /// `let target = value`.
    pub(super) fn declare(target: Self, value: Self, range: Range<usize>) -> Self {
        Self::new(ExprKind::Assign { target: Box::new(target), value: Box::new(value), append: false, local: true }, range)
    }

    /// A handler's variable takes what was raised.
    pub(super) fn caught(target: Self) -> Self {
        let range = target.range.clone();
        Self::declare(target, Self::new(ExprKind::Name(RAISED), range.clone()), range)
    }

    /// Nothing is raised yet, where a `try` begins.
    pub(super) fn nothing_raised(at: usize) -> Self {
        let (name, nothing) = (Self::new(ExprKind::Name(RAISED), at..at), Self::other(Vec::new(), at..at));
        Self::declare(name, nothing, at..at)
    }

    /// An expression of unknown value, with its parts.
    pub(super) fn other(parts: Vec<Self>, range: Range<usize>) -> Self {
        Self::new(ExprKind::Other(parts), range)
    }
}
