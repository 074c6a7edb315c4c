//! What the parser makes of scripts, printed as compact terms.

use super::*;
use crate::parse::script::ir::{CallStyle, Expr, ExprKind, Stmt};

fn expression(expr: &Expr<'_>) -> String {
    let many = |parts: &[Expr<'_>]| parts.iter().map(expression).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Literal(text) => format!("{:?}", text.as_str()),
        ExprKind::Atom(atom) => (*atom).to_owned(),
        ExprKind::Name(name) => format!("${name}"),
        ExprKind::Concat(parts) => format!("<{}>", many(parts)),
        ExprKind::Index(object, key) => format!("{}[{}]", expression(object), expression(key)),
        ExprKind::Slice(value) => format!("slice({})", expression(value)),
        ExprKind::Spread(value) => format!("*{}", expression(value)),
        ExprKind::List(parts) => format!("[{}]", many(parts)),
        ExprKind::Record(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|e| format!("{}: {}", e.key.as_ref().map(expression).unwrap_or_default(), expression(&e.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        ExprKind::Choice { test, then, otherwise } => {
            let test = test.as_ref().map(|test| format!("{} ? ", expression(test))).unwrap_or_default();
            format!("({test}{} : {})", expression(then), expression(otherwise))
        }
        ExprKind::Assign { target, value, append, .. } => {
            format!("{} {}= {}", expression(target), if *append { "+" } else { "" }, expression(value))
        }
        ExprKind::Pipe(parts) => parts.iter().map(expression).collect::<Vec<_>>().join(" | "),
        ExprKind::Redirect { command, operator, target } => format!("{} {operator} {}", expression(command), expression(target)),
        ExprKind::Call(call) if call.style == CallStyle::Command => {
            let words = call
                .arguments
                .iter()
                .map(|a| format!(" {}{}", a.keyword.map(|k| format!("{k}=")).unwrap_or_default(), expression(&a.value)));
            format!("({}{})", expression(&call.callee), words.collect::<String>())
        }
        ExprKind::Call(call) => match &call.callee.kind {
            ExprKind::Function(function) => format!("{{{}}}", block(&function.body)),
            _ => "call".to_owned(),
        },
        ExprKind::Other(parts) => format!("?({})", many(parts)),
        other => format!("{other:?}"),
    }
}

fn block(block: &[Stmt<'_>]) -> String {
    let statement = |stmt: &Stmt<'_>| match stmt {
        Stmt::Expr(expr) => expression(expr),
        Stmt::If { test, then, otherwise } => {
            let test = test.as_ref().map(expression).unwrap_or_default();
            let otherwise = if otherwise.is_empty() { String::new() } else { format!(" else {{{}}}", self::block(otherwise)) };
            format!("if {test} {{{}}}{otherwise}", self::block(then))
        }
        Stmt::Loop { each, test, body } => {
            let each = each.as_ref().map(|(target, list)| format!("{} in {}", expression(target), expression(list))).unwrap_or_default();
            format!("loop {each}{} {{{}}}", test.as_ref().map(expression).unwrap_or_default(), self::block(body))
        }
        Stmt::Function(function) => format!("fn {} {{{}}}", function.name.unwrap_or_default(), self::block(&function.body)),
        other => format!("{other:?}"),
    };
    block.iter().map(statement).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_quoted_variable_is_one_word() {
    assert_eq!(lowered("a $b \"$c\" \"$@\" \"${d[@]}\" e$f"), r#"("a" $b <$c> *$@ *$d <"e" $f>)"#);
}

fn lowered(script: &str) -> String {
    block(&program(&Text::exact(script, 0)).block)
}

#[test]
fn quotes_join_words() {
    assert_eq!(lowered("curl https://ev''il.te\"st\"/x"), r#"("curl" "https://evil.test/x")"#);
    assert_eq!(lowered(r"a \$x 'b'\''c' $'d\n\x41\u00e9' $"), r#"("a" "$x" "b'c" "d\nAé" "$")"#);
    assert_eq!(lowered("a \"b \\\" \\x $c ${d}e\""), r#"("a" <"b \" \\x " $c " " $d "e">)"#);
    assert_eq!(lowered("a '' \"\""), r#"("a" "" "")"#);
}

#[test]
fn expansions() {
    assert_eq!(
        lowered("a ${B:-https://d.test} ${C#x} ${#D} ${E:0:4} ${F%/} ${G:+y} $1 \"$@\""),
        r#"("a" ($B : "https://d.test") ?($C "x") ?() slice($E) $F ($G ? "y" : "") $1 *$@)"#
    );
    assert_eq!(
        lowered(": ${B:=x}; A=(x 'y z' \"$c\"); echo ${A[@]} ${A[0]}; declare -A M=([k]=v)"),
        r#"(":" $B = ($B : "x")); $A = ["x" "y z" <$c>]; ("echo" *$A $A["0"]); $M = {"k": "v"}"#
    );
    assert_eq!(lowered("a=$(curl -s x) b=`wget y` c=$((1+$(d)))"), r#"$a = {("curl" "-s" "x")}; $b = {("wget" "y")}; $c = ?({("d")})"#);
    assert_eq!(lowered("diff <(curl a) <(curl b)"), r#"("diff" {("curl" "a")} {("curl" "b")})"#);
}

#[test]
fn what_documentation_writes() {
    assert_eq!(
        lowered("curl \\ \n  -H \"A: <k>\" \\\n  https://a.test/<run id>/x\nb"),
        r#"("curl" "-H" "A: <k>" <"https://a.test/" ?() "/x">); ("b")"#
    );
    assert_eq!(
        lowered("curl -d '{\"t\": \"it's\"}' a.test\ncurl -d '{}' b.test"),
        r#"("curl" "-d" "{\"t\": \"it's\"}" "a.test"); ("curl" "-d" "{}" "b.test")"#
    );
    assert_eq!(lowered("echo it's done\ncurl a.test"), r#"("echo" "it's" "done"); ("curl" "a.test")"#);
    assert_eq!(lowered("echo \"never closed\ncurl a.test"), r#"("echo" "never closed"); ("curl" "a.test")"#);
    assert_eq!(lowered("curl ^\r\n  a.test ^\r\n  -X PUT\r\n"), r#"("curl" "a.test" "-X" "PUT")"#);
    assert_eq!(
        lowered("curl {{ base }}/x ${{ secrets.KEY }} 'https://{{host}}/y'"),
        r#"("curl" <$base "/x"> $secrets.KEY <"https://" $host "/y">)"#
    );
    assert_eq!(lowered("x [a|b] ... foo(bar)"), r#"("x" "[a"); ("b]" "..." "foo"); {("bar")}"#.replace("); (\"b]\"", ") | (\"b]\""));
}

#[test]
fn a_url_in_the_place_of_a_command_is_none() {
    assert_eq!(lowered("A=b https://a.test/x y > z"), r#"?("b" "https://a.test/x" "y" "z")"#);
}

#[test]
fn commands_and_compounds() {
    assert_eq!(lowered("A=1 B=$x curl y > out 2>&1 < in"), r#"("curl" A="1" B=$x "y") > "out" 2>& "1" < "in""#);
    assert_eq!(lowered("export A=1 B; local C=$A"), r#"$A = "1"; $C = $A"#);
    assert_eq!(lowered("a | b |& c && d || e; f &"), r#"("a") | ("b") | ("c"); ("d"); if  {("e")}; ("f")"#);
    assert_eq!(lowered("[ -z \"$A\" ] && A=b; c"), r#"if ("[" "-z" <$A> "]") {$A = "b"}; ("c")"#);
    assert_eq!(lowered("[[ $a == b* && -n $c ]] || d"), r#"("[[" $a "==" "b*" "&&" "-n" $c); if  {("d")}"#);
    assert_eq!(lowered("if a; then b; elif c; then d; else e; fi; f"), r#"if ("a") {("b")} else {if ("c") {("d")} else {("e")}}; ("f")"#);
    assert_eq!(
        lowered("for x in 1 $y; do curl $x; done; while read l; do a; done < f"),
        r#"loop $x in ["1" $y] {("curl" $x)}; {loop ("read" "l") {("a")}} < "f""#
    );
    assert_eq!(lowered("case $x in a|b) c;; *) d ;; esac; e"), r#"("case" $x "a" "b" "*"); if  {("c")}; if  {("d")}; ("e")"#);
    assert_eq!(lowered("f() { a; }\nfunction g { b; }\n(c; d) | e"), r#"fn f {("a")}; fn g {("b")}; {("c"); ("d")} | ("e")"#);
    assert_eq!(lowered("! grep -q x && time curl y"), r#"if ("grep" "-q" "x") {("curl" "y")}"#);
}

#[test]
fn heredocs() {
    assert_eq!(lowered("cat <<EOF | curl -d @- x\nb $v\nEOF\nnext"), r#"("cat") << <"b " $v "\n"> | ("curl" "-d" "@-" "x"); ("next")"#);
    assert_eq!(lowered("cat <<'A' <<-B\n$x\nA\n\ty\n\tB\nz"), r#"("cat") << "$x\n" <<- "y\n"; ("z")"#);
    assert_eq!(lowered("x=$(cat <<E\n)\nE\n)\ny"), r#"$x = {("cat") << ")\n"}; ("y")"#);
    assert_eq!(lowered("cat <<EOF\nnever ends"), r#"("cat") << "never ends""#);
}

#[test]
fn comments_are_not_code() {
    let text = Text::exact("a # b\n# c\r\nd#e 'f # g'\n", 0);
    let program = program(&text);
    assert_eq!(program.comments.iter().map(|r| &text.as_str()[r.clone()]).collect::<Vec<_>>(), ["# b", "# c"]);
    assert_eq!(block(&program.block), r#"("a"); ("d#e" "f # g")"#);
}

#[test]
fn hostile_scripts_take_linear_time_and_bounded_stack() {
    let n = 20_000;
    let openings = [
        "(",
        "$(",
        "${",
        "\"$(",
        "((",
        "$((",
        "`",
        "{ ",
        "if ",
        "case x in ",
        "[[ ",
        "<(",
        "'",
        "\"",
        "a'b ",
        "<<A ",
        "a[",
        "@(",
        "{{ ",
        "<a ",
        "> x ",
        "f() ",
        "! ",
        "x && ",
        "x | ",
        "\\\n",
        "$'",
        "a=(",
        "#\n",
        "<<-\t",
        "${a:-",
        "elif ",
        "))",
        "fi ",
        ";;",
        "a'b c'd",
    ];
    for opening in openings {
        let script = opening.repeat(n);
        let text = Text::exact(&script, 0);
        drop(program(&text));
        let lines = format!("{opening}\n").repeat(n);
        let text = Text::exact(&lines, 0);
        drop(program(&text));
    }
}
