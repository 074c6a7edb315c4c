use crate::model::{Document, Encoding, Vocabulary, Wanted};
use crate::parse::script::tests::vocabulary;

/// What CI systems' files say, and scripts.
fn all() -> Vocabulary {
    #[derive(serde::Deserialize)]
    struct Files {
        file: Vec<crate::model::DataFile>,
    }
    let files: Files = toml::from_str(include_str!("../../../../rules/roles/data.toml")).unwrap();
    let mut all = vocabulary();
    all.data_files = files.file;
    all
}

/// `line:column role text` of every URL but mentions, and what stands in its place.
fn urls(path: &str, source: &str) -> Vec<String> {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let mut facts = crate::parse::parse(&document, &all(), Wanted::all()).urls;
    facts.sort_by_key(|url| (url.span, url.role));
    let place = |at| document.position(at);
    facts
        .iter()
        .map(|url| {
            let (at, raw) = (place(url.span.start), document.slice(url.span));
            format!("{}:{} {} {} <{raw}>", at.line, at.column, url.role, url.text)
        })
        .collect()
}

const WORKFLOW: &str = ".github/workflows/ci.yml";

#[test]
fn environments_nest() {
    let source = "env:\n  BASE: https://a.test\n  PATH_: x\njobs:\n  one:\n    env:\n      PATH_: y\n    steps:\n      - run: curl \"$BASE/$PATH_/$Z\"\n        env:\n          Z: ü\n  two:\n    steps:\n      - run: curl -X POST $BASE/$PATH_\n";
    assert_eq!(
        urls(WORKFLOW, source),
        ["2:9 download https://a.test/y/ü <https://a.test>", "2:9 endpoint https://a.test/x <https://a.test>"]
    );
}

#[test]
fn an_environment_that_is_no_whole_url_is_mentioned() {
    let source = "env:\n  A: https://a.test\njobs:\n  one:\n    steps:\n      - run: curl https://b.test/$A\n";
    assert_eq!(
        urls(WORKFLOW, source),
        ["2:6 mention https://a.test <https://a.test>", "6:19 download https://b.test/https://a.test <https://b.test/>"]
    );
}

#[test]
fn secrets_and_contexts_are_holes() {
    let source = "jobs:\n  one:\n    env:\n      KEY: ${{ secrets.API_KEY }}\n      HOST: https://${{ vars.HOST }}/v1\n    steps:\n      - run: |\n          curl https://a.test/$KEY/x\n          curl \"$HOST/y\"\n          curl ${{ env.HOST }}/z -d ''\n          curl https://b.test/${{ secrets['T'] || github.token }}/${{ inputs.x }}\n";
    assert_eq!(
        urls(WORKFLOW, source),
        [
            "5:13 download https://{vars.HOST}/v1/y <https://${{ vars.HOST }}/v1>",
            "5:13 endpoint https://{vars.HOST}/v1/z <https://${{ vars.HOST }}/v1>",
            "8:16 download https://a.test/{secrets.API_KEY}/x <https://a.test/$KEY/x>",
            "11:16 download https://b.test/{secrets.T}/{inputs.x} <https://b.test/${{ secrets['T'] || github.token }}/${{ inputs.x }}>",
        ]
    );
}

#[test]
fn a_script_may_change_its_environment() {
    let source = "env:\n  A: https://a.test\njobs:\n  x:\n    steps:\n      - run: |\n          if $b; then A=https://b.test; fi\n          curl $A/x\n";
    assert_eq!(
        urls(WORKFLOW, source),
        ["2:6 download https://a.test/x <https://a.test>", "7:25 download https://b.test/x <https://b.test>"]
    );
}

#[test]
fn the_variables_of_gitlab_refer_to_each_other() {
    let source = "variables:\n  BASE: https://a.test\n  URL: {value: \"${BASE}/v1\", description: x}\njob:\n  variables:\n    P: $CI_JOB_TOKEN\n  secrets:\n    S: {vault: a/b@c}\n  script:\n    - curl \"$URL/$P/$S\"\n";
    assert_eq!(urls(".gitlab-ci.yml", source), ["2:9 download https://a.test/v1/{CI_JOB_TOKEN}/{secrets.S} <https://a.test>"]);
}

#[test]
fn azure_replaces_macros() {
    let source = "variables:\n- name: base\n  value: https://a.test\n- group: g\nsteps:\n- script: |\n    curl $(base)/$(Build.BuildId)/$(date)/$T\n  env:\n    T: $(token)\n";
    assert_eq!(urls("azure-pipelines.yml", source), ["3:10 download https://a.test/{Build.BuildId}/{}/{token} <https://a.test>"]);
}

#[test]
fn a_sample_of_a_workflow_has_an_environment_too() {
    let source = "```yaml\nenv:\n  A: https://a.test\nsteps:\n  - run: curl $A/x https://b.test/$A\n```\n";
    assert_eq!(
        urls("a.md", source),
        ["3:6 mention https://a.test <https://a.test>", "5:20 mention https://b.test/https://a.test <https://b.test/>"]
    );
}

#[test]
fn a_great_many_environments_are_bounded() {
    let deep = (0..2_000).map(|_| "{env: {A: x}, j: ").collect::<String>();
    urls(WORKFLOW, &format!("{deep}{{run: $A}}"));
    let wide: String = (0..2_000).map(|i| format!("  A{i}: https://a.test/{i}\n")).collect();
    let steps: String = (0..2_000).map(|i| format!("      - run: curl $A{i}\n")).collect();
    assert_eq!(urls(WORKFLOW, &format!("env:\n{wide}jobs:\n  a:\n    steps:\n{steps}")).len(), 2_000);
}

#[test]
fn environments_are_merged() {
    let source = "x: &x\n  A: https://a.test\n  B: b\njob:\n  variables:\n    B: c\n    <<: *x\n  script: curl $A/$B\n";
    assert_eq!(urls(".gitlab-ci.yml", source), ["2:6 download https://a.test/c <https://a.test>"]);
}

#[test]
fn a_step_may_be_in_another_language() {
    let steps = |rest: &str| format!("env: {{B: https://a.test}}\njobs:\n  x:\n    {rest}");
    let one = |rest: &str| urls(WORKFLOW, &steps(rest));
    let read = "1:10 endpoint https://a.test/x <https://a.test>";
    assert_eq!(one("steps:\n    - shell: python\n      run: import os, requests; requests.get(os.environ['B'] + '/x')\n"), [read]);
    assert_eq!(one("steps:\n    - shell: pwsh\n      run: irm $env:B/x\n"), [read]);
    assert_eq!(one("runs-on: windows-2022\n    steps:\n    - run: irm \"$($env:B)/x\"\n"), [read]);
    assert_eq!(one("defaults: {run: {shell: powershell}}\n    steps:\n    - run: irm \"${{ env.B }}/x\"\n"), [read]);
    assert_eq!(
        one("steps:\n    - uses: actions/github-script@v7\n      with:\n        script: await fetch(`${process.env.B}/x`)\n"),
        [read]
    );
    // The shell of a Linux runner is one, and `cmd` is read by nobody.
    assert_eq!(one("runs-on: ubuntu-latest\n    steps:\n    - run: curl -d '' $B/x\n"), [read]);
    assert_eq!(one("steps:\n    - shell: cmd\n      run: curl %B%/x\n"), ["1:10 mention https://a.test <https://a.test>"]);
}

#[test]
fn azure_names_its_shells() {
    let source = "variables: {B: https://a.test}\nsteps:\n- pwsh: irm $(B)/x\n- task: PowerShell@2\n  inputs:\n    script: irm https://b.test/$(B)\n- task: AzureCLI@2\n  inputs:\n    scriptType: bash\n    inlineScript: curl https://c.test/$(System.AccessToken)\n";
    assert_eq!(
        urls("azure-pipelines.yml", source),
        [
            "1:16 endpoint https://a.test/x <https://a.test>",
            "6:17 endpoint https://b.test/https://a.test <https://b.test/>",
            "10:24 download https://c.test/{System.AccessToken} <https://c.test/$(System.AccessToken)>",
        ]
    );
}
