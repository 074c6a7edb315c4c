use crate::parse::script::tests::urls;

#[test]
fn cmdlets_call_and_fetch() {
    assert_eq!(urls("a.ps1", "irm https://a.test/install.ps1 | iex\n"), ["1:5-1:31 endpoint https://a.test/install.ps1"]);
    assert_eq!(
        urls("a.ps1", "Invoke-WebRequest -UseBasicParsing https://a.test/x -OutFile 'https://b.test'\n"),
        ["1:36-1:52 endpoint https://a.test/x", "1:63-1:77 mention https://b.test"]
    );
    assert_eq!(
        urls("a.ps1", "invoke-RESTMethod `\n  -Method Post `  \n  -uri:\"https://a.test/ü\" `\n  -Body (@{a=1} | ConvertTo-Json)\n"),
        ["3:9-3:25 endpoint https://a.test/ü"]
    );
    assert_eq!(
        urls("a.ps1", "(New-Object Net.WebClient).DownloadFile('https://a.test/x', \"$HOME\\x\")\n"),
        ["1:42-1:58 download https://a.test/x"]
    );
    assert_eq!(
        urls("a.ps1", "$wc = [System.Net.WebClient]::new()\n$wc.DownloadString(\"https://a.test\")\n"),
        ["2:21-2:35 download https://a.test"]
    );
    assert_eq!(urls("a.psm1", "Start-BitsTransfer -Source https://a.test/x -Destination x\n"), ["1:28-1:44 download https://a.test/x"]);
}

#[test]
fn variables_and_strings_are_folded() {
    let source = "$Base = 'https://a.test'\n$url = \"$($base)/v1/$env:ID/`$x\"\nirm \"${URL}?q=$($x.y)\"\n";
    assert_eq!(urls("a.ps1", source), ["1:10-1:24 endpoint https://a.test/v1/{env.ID}/$x?q={x.y}"]);
    assert_eq!(urls("a.ps1", "$b = 'https://a.test'\niwr ($b + '/x' + $y)\n"), ["1:7-1:21 endpoint https://a.test/x{y}"]);
    assert_eq!(urls("a.ps1", "irm ('https://{0}/x/{1}' -f 'a.test', $id)\n"), ["1:7-1:24 endpoint https://a.test/x/{id}"]);
    assert_eq!(urls("a.ps1", "$u = @(\n  'https://a.test'\n  'b'\n) -join '/'\nirm $u\n"), ["2:4-3:5 endpoint https://a.test/b"]);
    assert_eq!(urls("a.ps1", "$env:U = 'https://a.test'\nirm $env:U/x\n"), ["1:11-1:25 endpoint https://a.test/x"]);
    assert_eq!(urls("a.ps1", "irm 'it''s https://a.test'\n"), ["1:6-1:26 endpoint it's https://a.test"]);
}

#[test]
fn here_strings_keep_their_places() {
    let source = "$body = @\"\n{\"u\": \"https://a.test/$id\"}\n\"@\n$raw = @'\nhttps://b.test/$x\n'@\nirm $raw\n";
    assert_eq!(urls("a.ps1", source), ["2:8-2:23 mention https://a.test/", "5:1-5:18 endpoint https://b.test/$x"]);
}

#[test]
fn parameters_may_be_splatted() {
    let source = "$params = @{\n  Uri = 'https://a.test/x'\n  Method = 'Post'\n  Headers = @{ Authorization = \"Bearer $token\"; 'X-Y' = 'z' }\n}\nInvoke-RestMethod @Params -Body $b\n";
    assert_eq!(urls("a.ps1", source), ["2:10-2:26 endpoint https://a.test/x"]);
}

#[test]
fn functions_are_followed() {
    let source = "function Get-It {\n  [CmdletBinding()]\n  param([Parameter(Mandatory=$true)][string]$Path, $Base = 'https://a.test')\n  process { Invoke-RestMethod -Uri \"$Base/$Path\" }\n}\nget-it 'x'\n";
    assert_eq!(urls("a.ps1", source), ["3:61-3:75 endpoint https://a.test/x"]);
    let source = "param(\n  [string] $Url = \"https://a.test\"\n)\nforeach ($p in 'a', 'b') { irm $Url/$p }\n";
    assert_eq!(urls("a.ps1", source), ["2:20-2:34 endpoint https://a.test/a"]);
    let source = "class C : B {\n  [string]$Url = 'https://a.test'\n  [void] Get([int]$x) { irm \"https://b.test/$x\" }\n}\n";
    assert_eq!(urls("a.ps1", source), ["2:19-2:33 mention https://a.test", "3:30-3:47 endpoint https://b.test/{x}"]);
}

#[test]
fn a_cast_is_no_attribute() {
    let source = "f {\n  [System.Collections.ArrayList] $x = 'https://a.test'\n  # https://b.test\n  g(($y)[0])\n}\nf {\n  [CmdletBinding(DefaultParameterSetName = ')]')]\n  param($z = 'https://c.test')\n}\n";
    assert_eq!(
        urls("a.ps1", source),
        ["2:40-2:54 mention https://a.test", "3:5-3:19 mention https://b.test", "8:15-8:29 mention https://c.test"]
    );
}

#[test]
fn branches_are_joined() {
    let source = "if ($x -eq 1) { $u = 'https://a.test' } elseif ($y) { $u = 'https://b.test' } else { throw \"see https://c.test\" }\ntry { irm $u/z } catch [Net.WebException], [x] { Write-Error $_ } finally { }\n";
    assert_eq!(
        urls("a.ps1", source),
        ["1:23-1:37 endpoint https://a.test/z", "1:61-1:75 endpoint https://b.test/z", "1:97-1:111 mention https://c.test"]
    );
    let source =
        "$u = if ($x) { 'https://a.test' } else { 'https://b.test' }\nswitch -Regex ($x) { 'a' { irm https://c.test } default { } }\n";
    assert_eq!(
        urls("a.ps1", source),
        ["1:17-1:31 mention https://a.test", "1:43-1:57 mention https://b.test", "2:32-2:46 endpoint https://c.test"]
    );
}

#[test]
fn programs_have_words() {
    assert_eq!(urls("a.ps1", "curl.exe -X POST -H \"A: b\" https://a.test/$id > out.txt\n"), ["1:28-1:46 endpoint https://a.test/{id}"]);
    assert_eq!(urls("a.ps1", "& 'C:\\x\\curl.exe' -sSL https://a.test/x 2>&1 | Out-Null\n"), ["1:24-1:40 download https://a.test/x"]);
    assert_eq!(urls("a.ps1", "curl -Uri https://a.test -Method Post\n"), ["1:11-1:25 endpoint https://a.test"]);
    assert_eq!(
        urls("a.ps1", "git clone https://a.test/r.git; pip install -i https://b.test x\n"),
        ["1:11-1:31 download https://a.test/r.git", "1:48-1:62 download https://b.test"]
    );
    assert_eq!(urls("a.sh", "pwsh -NoProfile -Command \"irm https://a.test\"\n"), ["1:31-1:45 endpoint https://a.test"]);
}

#[test]
fn documentation_is_full_of_what_is_refused() {
    let source = "irm https://a.test/<id>/x -Headers @{ 'X' = '<your key>' }\n...\nirm https://b.test/{id}?a=1&b=2\nWrite-Host It's done\niwr https://c.test\n";
    let found = urls("a.ps1", source).join("\n");
    for host in ["a.test", "b.test/{id}?a=1&b=2", "c.test"] {
        assert!(found.contains(host), "{host}: {found}");
    }
}

#[test]
fn comments_are_prose() {
    assert_eq!(
        urls("a.ps1", "<#\nsee https://a.test\n#> # https://b.test\n$x = 1 # 'https://c.test'\n"),
        ["2:5-2:19 mention https://a.test", "3:6-3:20 mention https://b.test", "4:11-4:25 mention https://c.test"]
    );
}

#[test]
fn odd_scripts_are_read_in_linear_time() {
    for odd in [
        "(",
        "{",
        "[",
        "@{",
        "@(",
        "$(",
        "\"$(",
        "'",
        "\"",
        "`",
        "<#",
        "@'\n",
        "@\"",
        "${",
        "<",
        "if (",
        "function f {",
        "$x = ",
        "a | ",
        "}",
        ")",
        "]",
        ",",
        "-x ",
        "[parameter",
        "param(",
        "class C {",
        "switch",
        "%{",
        "a,",
        "1..",
        "$a.b",
        "::",
        "&",
        "if($a){",
        "elseif",
        "-f ",
        "+",
        "#",
        "f(a,",
        "@{a=",
        "&{",
        "\u{e9}",
        "try{",
        "catch [",
    ] {
        urls("a.ps1", odd);
        urls("a.ps1", &format!("{odd}\n").repeat(5_000));
        urls("a.ps1", &odd.repeat(40_000 / odd.len()));
    }
}
