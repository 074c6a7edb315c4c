//! Embeds every file under `rules/` that ends in `.toml`, so that a new rule is one new file. They are embedded as JSON, which is
//! read in a fraction of the time: each run reads all of them. The examples of rules, most of what they say, stand apart: no check
//! reads them.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let rules = Path::new(&root).join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut code = String::from("/// Every data file under `rules/`: its path there, with forward slashes, and what it says, as JSON;\n");
    code.push_str("/// then the examples, if it is that of a rule.\n");
    code.push_str("pub(crate) static FILES: &[(&str, &str, &str)] = &[\n");
    for entry in walkdir::WalkDir::new(&rules).sort_by_file_name() {
        let entry = entry?;
        if entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name: Vec<_> = entry.path().strip_prefix(&rules)?.iter().map(|part| part.to_string_lossy()).collect();
        let name = name.join("/");
        let text = fs::read_to_string(entry.path())?;
        let mut data: serde_json::Map<_, _> = toml::from_str(&text).map_err(|error| format!("rules/{name}: {error}"))?;
        let examples = ["invalid", "valid"].into_iter().filter_map(|kind| data.remove_entry(kind));
        let examples = serde_json::Value::Object(examples.collect());
        writeln!(code, "    ({name:?}, {:?}, {:?}),", serde_json::Value::Object(data).to_string(), examples.to_string())?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), code)?;
    Ok(())
}
