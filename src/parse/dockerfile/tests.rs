use super::*;
use crate::model::{Document, Encoding, Wanted};

fn urls(source: &str) -> Vec<String> {
    let vocabulary = script::tests::vocabulary();
    let document = Document::new("Dockerfile", source, Encoding::Utf8 { bom: false });
    let facts = crate::parse::parse(&document, &vocabulary, Wanted::all());
    let mut urls: Vec<_> = facts.urls.iter().collect();
    urls.sort_by_key(|url| url.span);
    urls.into_iter().map(|url| format!("{} {} {}", url.role, document.slice(url.span), url.text)).collect()
}

#[test]
fn add_fetches() {
    assert_eq!(urls("FROM scratch\nADD --chown=1:2 https://a.test/x.tgz /x\n"), ["download https://a.test/x.tgz https://a.test/x.tgz"]);
    assert_eq!(urls("add [\"https://a.test/\\u0061\", \"b\"]"), ["download https://a.test/\\u0061 https://a.test/a"]);
    assert_eq!(urls("ONBUILD ADD x https://a.test/ /"), ["download https://a.test/ https://a.test/"]);
    assert_eq!(urls("FROM https.test/image:1 AS https\nCOPY a b"), Vec::<String>::new());
}

#[test]
fn variables_are_folded() {
    assert_eq!(urls("ARG B=https://a.test\nENV V 1.2\nADD $B/x-${V}.tgz /\n"), ["download https://a.test https://a.test/x-1.2.tgz"]);
    assert_eq!(urls("ENV A=https://a.test C='x y'\nRUN curl -fsSL \"$A/i.sh\" | sh"), ["download https://a.test https://a.test/i.sh"]);
}

#[test]
fn continued_lines_and_comments() {
    let source = "# syntax=docker/dockerfile:1\n# see https://c.test/x\nRUN set -x; \\\n  # https://d.test\n\n  curl -O https://e.te\\\nst/x \\\r\n && wget f.test/y\n";
    assert_eq!(
        urls(source),
        [
            "mention https://c.test/x https://c.test/x",
            "mention https://d.test https://d.test",
            "download https://e.te\\\nst/x https://e.test/x",
            "download f.test/y http://f.test/y",
        ]
    );
    assert_eq!(urls("# escape=`\nRUN curl `\n  https://a.test/x"), ["download https://a.test/x https://a.test/x"]);
}

#[test]
fn here_documents_and_words() {
    assert_eq!(
        urls("RUN <<EOF\ncurl https://a.test/1\nEOF\nRUN bash <<'E' && true\nwget https://b.test/2\nE\nADD https://c.test/3 /\n"),
        [
            "download https://a.test/1 https://a.test/1",
            "download https://b.test/2 https://b.test/2",
            "download https://c.test/3 https://c.test/3"
        ]
    );
    assert_eq!(urls("COPY <<EOF /x\ncurl https://a.test/1\nEOF\n"), ["mention https://a.test/1 https://a.test/1"]);
    assert_eq!(urls("CMD [\"sh\", \"-c\", \"curl https://a.test/1\"]"), ["download https://a.test/1 https://a.test/1"]);
    assert_eq!(urls("HEALTHCHECK --interval=5s CMD curl -f http://a.test/ok"), ["download http://a.test/ok http://a.test/ok"]);
    assert_eq!(urls("LABEL org.source=\"https://a.test/s\""), ["mention https://a.test/s https://a.test/s"]);
}

#[test]
fn hostile_files_are_read_in_linear_time() {
    for line in ["RUN <<EOF\n", "RUN \\\n", "ONBUILD ", "ADD [\"", "ENV a\n", "RUN <<a <<b\n", "# escape=\n", "\\\n", "ARG $(\n", "RUN '\n"]
    {
        urls(&line.repeat(20_000));
    }
    urls(&format!("RUN {}", "--a \\\n".repeat(150_000)));
}
