//! Insurers made of the sample ones: other words, numbers, names and IDs, the same journeys.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use sekisho_domain::insurer_number::check_digit;
use toml::{Table, Value};

/// Writes a configuration of `count` insurers into `folder`, and says what their codes are. The first ones are the
/// samples themselves.
pub fn configuration(config: &Path, folder: &Path, count: usize) -> anyhow::Result<Vec<String>> {
    let insurers = folder.join("insurers");
    fs::create_dir_all(&insurers).with_context(|| format!("{} cannot be made", insurers.display()))?;
    let samples = samples(&config.join("insurers"))?;
    let mut codes = Vec::with_capacity(count);
    for (index, sample) in samples.iter().cycle().take(count).enumerate() {
        let file = if index < samples.len() { sample.clone() } else { varied(sample, index)? };
        let code = file.get("code").and_then(Value::as_str).context("a file without a code")?.to_owned();
        fs::write(insurers.join(format!("{code}.toml")), toml::to_string(&file)?)?;
        codes.push(code);
    }
    fs::write(folder.join("clients.toml"), "")?;
    fs::write(folder.join("sekisho.toml"), settings(config, folder)?)?;
    Ok(codes)
}

fn samples(insurers: &Path) -> anyhow::Result<Vec<Table>> {
    let mut paths: Vec<_> =
        fs::read_dir(insurers)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths.iter().map(|path| Ok(toml::from_str(&fs::read_to_string(path)?)?)).collect()
}

/// A sample with everything changed that no two insurers may share.
fn varied(sample: &Table, index: usize) -> anyhow::Result<Table> {
    let mut file = sample.clone();
    let code = format!("society{index:04}");
    file.insert("number".into(), number(index)?.into());
    file.insert("mail_from".into(), format!("oshirase@{code}.example.jp").into());
    file.insert("seal".into(), format!("{:02}", index % 100).into());
    if let Some(Value::Table(name)) = file.get_mut("name") {
        name.insert("ja".into(), format!("第{index}健康保険組合").into());
        name.insert("en".into(), format!("Health Insurance Society No. {index}").into());
    }
    if let Some(Value::Table(given)) = file.get_mut("given_ids")
        && let Some(places) = given
            .get("template")
            .and_then(Value::as_str)
            .and_then(|template| template.find('{').and_then(|at| template.get(at..)))
    {
        let template = format!("{index:04}-{places}");
        given.insert("template".into(), template.into());
    }
    file.insert("code".into(), code.into());
    Ok(file)
}

/// Numbers in prefecture 99, which does not exist: a thousand for each kind of insurer.
fn number(index: usize) -> anyhow::Result<String> {
    let law = ["31", "32", "33", "34"].get(index / 1_000).context("at most 4,000 insurers")?;
    let body = format!("{law}99{:03}", index % 1_000);
    let check = check_digit(&body).context("not all digits")?;
    Ok(format!("{body}{check}"))
}

/// The sample settings, with what differs here.
fn settings(config: &Path, folder: &Path) -> anyhow::Result<String> {
    let mut settings: Table = toml::from_str(&fs::read_to_string(config.join("sekisho.toml"))?)?;
    let mut set = |table: &str, key: &str, value: Value| {
        let entry = settings.entry(table).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(entry) = entry {
            entry.insert(key.to_owned(), value);
        }
    };
    let at = |name: &str| Value::from(folder.join(name).display().to_string());
    set("server", "loopback", true.into());
    set("database", "url", format!("sqlite:{}", folder.join("sekisho.db").display()).into());
    set("secrets", "master_key_path", at("master.key"));
    set("sms", "url", "http://localhost:9/".into());
    set("files", "insurers", at("insurers"));
    set("files", "terms", fs::canonicalize(config.join("terms"))?.display().to_string().into());
    set("files", "clients", at("clients.toml"));
    set("log", "level", "error".into());
    Ok(toml::to_string(&settings)?)
}
