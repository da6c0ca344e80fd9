//! One activity of an experiment, and what a step does for it.

use serde_json::{Map, Value as Json};
use serde_yaml::{Mapping, Value};

use super::tolerance;
use super::values::{Into, Values};
use crate::import::map;

/// Keys of an activity that are told of here.
const KEYS: [&str; 9] = [
    "type",
    "name",
    "provider",
    "tolerance",
    "pauses",
    "background",
    "secrets",
    "configuration",
    "ref",
];

/// An activity, as a plan says it.
#[derive(Clone)]
pub struct Activity {
    /// Its name, which is also what to do.
    pub name: String,
    /// What the id of its step is made of.
    pub called: String,
    /// Who does it.
    pub does: Does,
    /// Whether it says that it changes nothing.
    pub only_looks: bool,
    /// Whether what follows begins at the same time.
    pub background: bool,
    /// How many seconds to wait before it.
    pub pause_before: u64,
    /// How many seconds to wait after it.
    pub pause_after: u64,
    /// How long it may take, in seconds.
    pub timeout: Option<u64>,
}

/// Who does an activity.
#[derive(Clone)]
pub enum Does {
    /// Mainstay, by this action: its key and what stands under it.
    Run(Mapping),
    /// A person, by these words.
    Person(String),
}

/// Why Mainstay cannot do an activity.
type Why = String;

impl Activity {
    /// Reads an activity; what has no counterpart is noted.
    pub fn read(stated: &Json, values: &Values, notes: &mut Vec<String>) -> Self {
        let empty = Map::new();
        let stated = stated.as_object().unwrap_or(&empty);
        let name = stated
            .get("name")
            .and_then(Json::as_str)
            .unwrap_or("Without a name");
        let others = stated.keys().filter(|key| !KEYS.contains(&key.as_str()));
        notes.extend(others.map(|key| format!("`{name}`: `{key}` is not carried over")));
        let provider = stated
            .get("provider")
            .and_then(Json::as_object)
            .unwrap_or(&empty);
        let does = match action(provider, stated.get("tolerance"), values) {
            Ok(Made { run, told }) => {
                notes.extend(told.into_iter().map(|told| format!("`{name}`: {told}")));
                Does::Run(run)
            }
            Err(why) => {
                notes.push(format!("`{name}` is left to a person: {why}"));
                Does::Person(words(name, provider, stated.get("tolerance")))
            }
        };
        let pauses = stated.get("pauses");
        let mut pause = |key: &str| {
            let stated = pauses.and_then(|pauses| pauses.get(key));
            seconds(stated, &format!("`{name}`: the pause"), notes).unwrap_or(0)
        };
        let (pause_before, pause_after) = (pause("before"), pause("after"));
        let of_command = provider.get("type").and_then(Json::as_str) == Some("process");
        let timeout = provider.get("timeout").filter(|_| of_command);
        Activity {
            name: name.to_owned(),
            called: name.to_owned(),
            does,
            only_looks: stated.get("type").and_then(Json::as_str) == Some("probe"),
            background: stated.get("background") == Some(&Json::Bool(true)),
            pause_before,
            pause_after,
            timeout: seconds(timeout, &format!("`{name}`: the timeout"), notes),
        }
    }

    /// The same for what it is used for, with an id that begins with another word.
    pub fn used(&self, prefix: &str, what: &str) -> Self {
        let told = |words: &str| format!("{what}: {words}");
        Activity {
            name: told(&self.name),
            called: format!("{prefix} {}", self.called),
            does: match &self.does {
                Does::Run(run) => Does::Run(run.clone()),
                Does::Person(words) => Does::Person(told(words)),
            },
            ..self.clone()
        }
    }

    /// The same as something that holds as long as all is well; nothing where that has to be
    /// looked at in a step.
    pub fn steady_state(&self) -> Option<Value> {
        let Does::Run(run) = &self.does else {
            return None;
        };
        let http = run.get("http")?;
        let only_looks = http.get("method").is_none_or(|method| method == "head");
        (only_looks && self.pause_before == 0 && self.pause_after == 0).then(|| {
            let state = map([
                ("name", Some(self.name.as_str().into())),
                ("probe", Some(Value::Mapping(run.clone()))),
            ]);
            Value::Mapping(state)
        })
    }

    /// What to do, in words.
    pub fn words(&self) -> &str {
        match &self.does {
            Does::Run(_) => &self.name,
            Does::Person(words) => words,
        }
    }
}

/// How a step is taken back by the rollbacks of its experiment.
pub fn undo(rollbacks: &[Activity]) -> Mapping {
    match rollbacks {
        [] => no_undo("the experiment has no rollbacks"),
        [one] => match &one.does {
            Does::Run(run) => map([
                ("do", Some(one.name.as_str().into())),
                ("run", Some(Value::Mapping(run.clone()))),
            ]),
            Does::Person(words) => map([("do", Some(words.as_str().into()))]),
        },
        several => {
            let numbered = (1..).zip(several).map(|(number, it)| match &it.does {
                Does::Run(_) => format!("{number}. {}, as its step at the end does.", it.name),
                Does::Person(words) => format!("{number}. {words}"),
            });
            let words = numbered.collect::<Vec<_>>().join(" ");
            map([("do", Some(words.into()))])
        }
    }
}

/// Why a step is not taken back.
pub fn no_undo(why: &str) -> Mapping {
    map([("none", Some(why.into()))])
}

/// Whole seconds, a part of one counted as a whole one; what is no number is noted.
fn seconds(stated: Option<&Json>, what: &str, notes: &mut Vec<String>) -> Option<u64> {
    let stated = stated.filter(|stated| !stated.is_null())?;
    let text = stated.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let Ok(whole) = whole.parse::<u64>() else {
        notes.push(format!(
            "{what} {text} is no number of seconds, and not carried over"
        ));
        return None;
    };
    if part.trim_matches('0').is_empty() {
        return Some(whole);
    }
    notes.push(format!("{what} of {text} s becomes {} s", whole + 1));
    Some(whole + 1)
}

/// What Mainstay does for an activity, and what is to be told of it.
struct Made {
    run: Mapping,
    told: Vec<String>,
}

fn action(
    provider: &Map<String, Json>,
    tolerance: Option<&Json>,
    values: &Values,
) -> Result<Made, Why> {
    match provider.get("type").and_then(Json::as_str) {
        Some("http") => http(provider, tolerance, values),
        Some("process") => process(provider, tolerance, values),
        Some("python") => Err("nobody can guess a command for what Python does".to_owned()),
        other => Err(format!(
            "there is no counterpart of `{}`",
            other.unwrap_or_default()
        )),
    }
}

/// What is told of keys of a provider that have no counterpart.
fn left_out(provider: &Map<String, Json>, known: &[&str]) -> Vec<String> {
    let others = provider.keys().filter(|key| !known.contains(&key.as_str()));
    others
        .map(|key| format!("`{key}` is not carried over"))
        .collect()
}

fn http(
    provider: &Map<String, Json>,
    tolerance: Option<&Json>,
    values: &Values,
) -> Result<Made, Why> {
    let known = ["type", "url", "method", "headers", "timeout", "arguments"];
    let mut told = left_out(provider, &known);
    let fill = |text: &str| values.fill(text, Into::Braces);
    let url = provider
        .get("url")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let method = provider
        .get("method")
        .and_then(Json::as_str)
        .unwrap_or("GET")
        .to_lowercase();
    if !["get", "head", "post", "put", "patch", "delete"].contains(&method.as_str()) {
        return Err(format!("a web service is not asked with `{method}` here"));
    }
    if provider
        .get("arguments")
        .is_some_and(|it| !super::is_empty(it))
    {
        return Err(
            "its `arguments` would have to be written into the address or the body".to_owned(),
        );
    }
    let mut headers = Vec::new();
    for (name, value) in provider
        .get("headers")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let header = map([
            ("name", Some(name.as_str().into())),
            ("value", Some(fill(&value)?.into())),
        ]);
        headers.push(Value::Mapping(header));
    }
    let within = seconds(provider.get("timeout"), "the timeout", &mut told);
    let mut http = map([
        ("url", Some(fill(url)?.into())),
        ("method", (method != "get").then(|| method.into())),
        ("headers", super::listed(headers)),
        (
            "within",
            within
                .filter(|it| *it > 0)
                .map(|it| format!("{it}s").into()),
        ),
    ]);
    if let Some(tolerance) = tolerance {
        let expected = tolerance::of_answer(tolerance).ok_or_else(|| cannot_expect(tolerance))?;
        http.extend(expected.into_iter().map(|(key, value)| (key.into(), value)));
    }
    let run = map([("http", Some(Value::Mapping(http)))]);
    Ok(Made { run, told })
}

fn cannot_expect(tolerance: &Json) -> Why {
    format!("its tolerance cannot be said exactly: {tolerance}")
}

fn process(
    provider: &Map<String, Json>,
    tolerance: Option<&Json>,
    values: &Values,
) -> Result<Made, Why> {
    let told = left_out(provider, &["type", "path", "timeout", "arguments"]);
    let path = provider
        .get("path")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let statuses = match tolerance {
        None => None,
        Some(tolerance) => {
            Some(tolerance::statuses(tolerance).ok_or_else(|| cannot_expect(tolerance))?)
        }
    };
    let argv = argv(path, provider.get("arguments"), values)?;
    let environment = values.variables().into_iter().map(Value::from).collect();
    let command = map([
        (
            "argv",
            Some(argv.into_iter().map(Value::from).collect::<Vec<_>>().into()),
        ),
        ("environment", super::listed(environment)),
        ("succeeds-with", statuses),
    ]);
    let run = map([("command", Some(Value::Mapping(command)))]);
    Ok(Made { run, told })
}

/// The words of a command. Where a shell would have looked at them, or has to put in the value of
/// a variable, a shell does.
fn argv(path: &str, arguments: Option<&Json>, values: &Values) -> Result<Vec<String>, Why> {
    if path.starts_with('~') {
        return Err("`~` in the path of a program is not understood here".to_owned());
    }
    if let Some(Json::String(line)) = arguments {
        let filled = values.fill(line, Into::Braces)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || " -_./:=@%+,".contains(c);
        if line.chars().all(plain) {
            let words = line.split_whitespace().map(str::to_owned);
            return Ok([path.to_owned()].into_iter().chain(words).collect());
        }
        return Ok(shell(&format!("{path} {filled}")));
    }
    let words: Vec<String> = match arguments {
        Some(Json::Array(list)) => list.iter().filter_map(word).collect(),
        Some(Json::Object(map)) => {
            let pairs = map
                .iter()
                .flat_map(|(key, value)| [Some(key.clone()), word(value)]);
            pairs.flatten().collect()
        }
        _ => Vec::new(),
    };
    if words.iter().any(|word| values.has_variable(word)) {
        let words = words
            .iter()
            .map(|word| quoted(&values.fill(word, Into::Braces)?));
        let words = words.collect::<Result<Vec<_>, _>>()?.join(" ");
        return Ok(shell(&format!("exec {} {words}", quoted(path)?)));
    }
    let words = words.iter().map(|word| values.fill(word, Into::Nothing));
    [Ok(path.to_owned())].into_iter().chain(words).collect()
}

/// One word of a list of arguments; what is empty is none.
fn word(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => (!text.is_empty()).then(|| text.clone()),
        other => Some(other.to_string()),
    }
}

fn shell(line: &str) -> Vec<String> {
    ["sh", "-c", line].map(str::to_owned).to_vec()
}

/// A word as a shell reads it, in which only variables in braces mean something.
fn quoted(word: &str) -> Result<String, Why> {
    let odd = word.contains(['"', '`', '\\', '!']) || word.replace("${", "").contains('$');
    if odd {
        return Err(format!("`{word}` cannot be written for a shell"));
    }
    Ok(format!("\"{word}\""))
}

/// What a person is asked to do in the place of an activity, with all that was stated.
fn words(name: &str, provider: &Map<String, Json>, tolerance: Option<&Json>) -> String {
    let stated = |key: &str| provider.get(key).and_then(Json::as_str).unwrap_or_default();
    let what = match stated("type") {
        "python" => format!("call `{}.{}` of Python", stated("module"), stated("func")),
        "http" => {
            let method = provider
                .get("method")
                .and_then(Json::as_str)
                .unwrap_or("GET");
            format!("ask {} with {method}", stated("url"))
        }
        "process" => format!("run `{}`", stated("path")),
        other => format!("do what `{other}` does"),
    };
    let with = provider.get("arguments").filter(|it| !super::is_empty(it));
    let with = with.map_or_else(String::new, |it| format!(" with {it}"));
    let see = tolerance.map_or_else(String::new, |it| format!(", and see that it gives {it}"));
    format!("{name}: {what}{with}{see}.")
}
