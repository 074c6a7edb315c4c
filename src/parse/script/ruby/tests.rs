//! What is found in Ruby programs, and where.

use crate::parse::script::tests::urls;

#[test]
fn strings_are_decoded_in_place() {
    assert_eq!(urls("a.rb", "x = \"https:\\x2f/a.test/\\u{e9}\\n\""), ["1:6-1:30 mention https://a.test/é"]);
    assert_eq!(urls("a.rb", "# 😀\nx = '😀 https://a.test/é'"), ["2:8-2:24 mention https://a.test/é"]);
    assert_eq!(urls("a.rb", "x = %q(https://a.test/x) + %Q[y]"), ["1:8-1:24 mention https://a.test/x"]);
    assert_eq!(urls("a.rb", "x = %w[a https://a.test/x]"), ["1:10-1:26 mention https://a.test/x"]);
    assert_eq!(urls("a.rb", "x = :\"https://a.test/x\""), ["1:7-1:23 mention https://a.test/x"]);
}

#[test]
fn documents_are_strings() {
    let source = "URI.open(<<~URL.strip, <<-B)\n    https://a.test/\\\n    x\n  URL\n  https://b.test/y\n  B\n";
    assert_eq!(urls("a.rb", source), ["2:5-3:6 endpoint https://a.test/x", "5:3-5:19 mention https://b.test/y"]);
    assert_eq!(urls("a.rb", "f(<<~'A')\r\n  see\r\n    https://a.test/#{x}\r\nA\r\n"), ["3:5-3:24 mention https://a.test/#{x}"]);
    let command = "B = 'https://a.test'\nsystem <<~SH\n  cd x\n  curl -O #{B}/y\nSH\n";
    assert_eq!(urls("a.rb", command), ["1:6-1:20 download https://a.test/y"]);
    assert_eq!(urls("a.rb", "x = <<~A\n  https://a.test/"), ["2:3-2:18 mention https://a.test/"]);
}

#[test]
fn texts_are_built_in_every_way() {
    for expression in [
        "\"#{B}/x/#{i}\"",
        "B + '/x/' + i",
        "'%s/x/%s' % [B, i]",
        "'%{b}/x/%{i}' % { b: B, i: i }",
        "format('%s/x/%s', B, i)",
        "format('%<b>s/x/%<i>s', b: B, i: i)",
        "[B, 'x', i].join('/')",
        "\"#{B}\" '/x/' \"#{i}\"",
        "File.join(B, 'x', i)",
        "\"#{B.to_s}/x/#{i}\".strip",
        "(B.dup << '/x/' << i)",
        "(z ? \"#{B}/x/#{i}\" : nil)",
        "(if z then \"#{B}/x/#{i}\" else nil end)",
        "(URI(\"#{B}/x/#{i}\"))",
    ] {
        let source = format!("B = 'https://a.test'.freeze\ndef f(i)\n  Net::HTTP.get({expression})\nend\n");
        assert_eq!(urls("a.rb", &source), ["1:6-1:20 endpoint https://a.test/x/{i}"], "{expression}");
    }
    let built = "def f(i)\n  u = +'https://a.test'\n  u << '/x/' << i\n  Net::HTTP.get(u)\nend\n";
    assert_eq!(urls("a.rb", built), ["2:9-2:23 endpoint https://a.test/x/{i}"]);
}

#[test]
fn requests_are_endpoints() {
    let source = "require 'net/http'\nuri = URI.parse('https://a.test/')\nreq = Net::HTTP::Get.new(uri, 'Accept' => 'x')\nHTTParty.post 'https://b.test/', headers: { 'A' => 'b' }\nconn = Faraday.new(url: 'https://c.test/') do |f|\n  f.x 'https://d.test/'\nend\nx.get('https://e.test/')\n";
    assert_eq!(
        urls("a.rb", source),
        [
            "2:18-2:33 endpoint https://a.test/",
            "4:16-4:31 endpoint https://b.test/",
            "5:26-5:41 endpoint https://c.test/",
            "6:8-6:23 mention https://d.test/",
            "8:8-8:23 mention https://e.test/"
        ]
    );
}

#[test]
fn objects_keep_what_they_hold() {
    let source = "class C\n  attr_reader :base\n  def initialize(base)\n    @base = base\n  end\n  def path = '/x'\n  def get\n    HTTParty.get(\"#{base}#{path}\")\n  end\nend\nC.new('https://a.test').get\n";
    assert_eq!(urls("a.rb", source), ["11:8-11:22 endpoint https://a.test/x"]);
    // Of one place and host one is reported.
    let module = "module M\n  URL = 'https://a.test'\n  def self.all\n    url = \"#{URL}/x\"\n    HTTParty.get(url)\n  end\nend\nHTTParty.get(M::URL + '/y')\n";
    assert_eq!(urls("a.rb", module), ["2:10-2:24 endpoint https://a.test/y"]);
}

#[test]
fn every_statement_is_read() {
    for statement in [
        "if a\n U\nelsif b\nelse\nend",
        "if a\nelsif b\n U\nend",
        "if a\nelse\n U\nend",
        "unless a\n U\nelse\nend",
        "U if a",
        "b unless U",
        "U while a",
        "until a do U end",
        "for x in [U] do b end",
        "case U\nwhen a then b\nend",
        "case x\nwhen U then b\nend",
        "case x\nwhen a\n U\nelse\nend",
        "case x\nin { k: } if U\n y\nend",
        "case x\nin [a, *]\n U\nend",
        "begin\n U\nrescue E => e\nensure\nend",
        "begin\nrescue E => e\n U\nend",
        "begin\nensure\n U\nend",
        "x = begin; U; end",
        "a rescue U",
        "def m\n U\nrescue\n b\nend",
        "def m = U",
        "def self.m(a, b: U)\nend",
        "class << self\n U\nend",
        "class X < Struct.new(U)\nend",
        "module X; U; end",
        "BEGIN { U }",
        "-> (x) { U }",
        "lambda do |x| U end",
        "foo { |x| U }",
        "foo x, U do |y| end",
        "foo(&U)",
        "foo(*U, **x)",
        "foo[U]",
        "foo[U] = 1",
        "foo&.bar(U)",
        "a = b = U",
        "a, b = U, 1",
        "@x ||= U",
        "x += U",
        "x = { 'k' => U, j: 1 }",
        "x = [*U]",
        "return U, 1",
        "yield U",
        "raise X, U",
        "!U",
        "not U",
        "U..b",
        "defined?(U)",
        "a ? U : b",
        "a && U",
        "a or U",
        "\"#{a; U}\"",
        "`x #{U}`",
        "/x#{U}/",
        "super(U)",
        "puts(<<~A)\n  #{U}\nA",
        ") ) U",
    ] {
        let source = statement.replace('U', "g('https://a.test/')");
        assert!(urls("a.rb", &source).iter().any(|url| url.ends_with(" https://a.test/")), "{statement}");
    }
}

#[test]
fn commands_are_read_by_their_words() {
    assert_eq!(urls("a.rb", "`curl -sO https://a.test/x`"), ["1:11-1:27 download https://a.test/x"]);
    assert_eq!(urls("Rakefile", "sh 'curl', '-O', 'https://a.test/x'"), ["1:19-1:35 download https://a.test/x"]);
    assert_eq!(
        urls("x/Gemfile", "source \"https://rubygems.org\"\ngem 'x', git: 'https://a.test/x.git'"),
        ["1:9-1:29 download https://rubygems.org", "2:16-2:36 download https://a.test/x.git"]
    );
}

#[test]
fn prose_only_mentions() {
    let source = "#!/usr/bin/env ruby\n# See https://a.test.\n=begin\nhttps://b.test/x\n=end\nx = 1\n__END__\nhttps://c.test/y\n";
    assert_eq!(
        urls("bin/x", source),
        ["2:7-2:21 mention https://a.test", "4:1-4:17 mention https://b.test/x", "8:1-8:17 mention https://c.test/y"]
    );
    assert_eq!(urls("spec/a_spec.rb", "Net::HTTP.get('https://a.test')"), ["1:16-1:30 mention https://a.test"]);
}

#[test]
fn broken_and_hostile_programs_are_bounded() {
    for part in [
        "(",
        "[",
        "{",
        "f(",
        "\"",
        "\"#{",
        "<<~A\n",
        "f(<<A, <<B)\n",
        "if x\n",
        "elsif x\n",
        "x+",
        "do |x|\n",
        "a.b",
        "%w[",
        "when x\n",
        "def f\n",
        "x, ",
        "->(",
        "a ? ",
    ] {
        urls("a.rb", &part.repeat(20_000));
    }
    assert_eq!(urls("a.rb", "x = \"https://a.test/\" )))"), ["1:6-1:21 mention https://a.test/"]);
}
