//! What an editor makes of the schema, by way of the language server that editors use for YAML.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support;

/// How long the language server may think before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where the cursor is in a text.
const CURSOR: char = '§';

/// An editor with one plan open.
struct Editor {
    server: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    /// Messages that came while another was waited for.
    waiting: VecDeque<Value>,
    requests: u64,
    uri: String,
    cursor: Value,
    _folder: tempfile::TempDir,
}

impl Editor {
    /// Opens a plan that carries the modeline; `§` in it is the cursor.
    fn open(plan: &str) -> Editor {
        let folder = tempfile::tempdir().expect("a folder");
        let schema = mainstay::model::schema().to_value().to_string();
        std::fs::write(folder.path().join("plan.schema.json"), schema).expect("write");
        let text = format!("# yaml-language-server: $schema=plan.schema.json\n{plan}");
        let (before, after) = text.split_once(CURSOR).unwrap_or((&text, ""));
        let line = before.matches('\n').count();
        let last = before.rsplit('\n').next().unwrap_or_default();
        let cursor = json!({ "line": line, "character": last.chars().count() });
        let text = [before, after].concat();
        let uri = format!("file://{}/plan.yaml", folder.path().display());

        let mut server = Command::new("node")
            .arg(modules().join("yaml-language-server/bin/yaml-language-server"))
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`node` is installed; `./test` sees to it");
        let (input, output) = (server.stdin.take(), server.stdout.take());
        let mut editor = Editor {
            server,
            input: input.expect("piped"),
            output: messages(output.expect("piped")),
            waiting: VecDeque::new(),
            requests: 0,
            uri: uri.clone(),
            cursor,
            _folder: folder,
        };
        let markdown = json!({ "documentationFormat": ["markdown"] });
        let capabilities = json!({ "textDocument": {
            "completion": { "completionItem": markdown },
            "hover": { "contentFormat": ["markdown"] },
        } });
        let root = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        editor.request("initialize", root);
        editor.notify("initialized", json!({}));
        // Nothing is fetched from a network.
        let offline = json!({ "yaml": { "schemaStore": { "enable": false }, "validate": true,
            "completion": true, "hover": true } });
        editor.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": offline }),
        );
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
        editor
    }

    /// What is offered at the cursor: each label with its documentation.
    fn completions(&mut self) -> Vec<(String, String)> {
        let answer = self.at_cursor("textDocument/completion");
        let items = answer.get("items").unwrap_or(&answer).as_array().cloned();
        let offered = |item: &Value| {
            let label = item["label"].as_str().unwrap_or_default().to_owned();
            (label, text_of(&item["documentation"]))
        };
        items.unwrap_or_default().iter().map(offered).collect()
    }

    /// What is shown when the pointer rests at the cursor.
    fn hover(&mut self) -> String {
        let answer = self.at_cursor("textDocument/hover");
        text_of(&answer["contents"])
    }

    /// What is underlined: each line of the plan, from one, with what is said about it.
    fn diagnostics(&mut self) -> Vec<(u64, String)> {
        let published = self.wait("diagnostics", |message| {
            message["method"] == "textDocument/publishDiagnostics"
        });
        let list = published["params"]["diagnostics"].as_array().cloned();
        let said = |diagnostic: &Value| {
            // The modeline is line zero.
            let line = diagnostic["range"]["start"]["line"].as_u64();
            let message = diagnostic["message"].as_str().unwrap_or_default();
            (line.unwrap_or_default(), message.to_owned())
        };
        list.expect("a list").iter().map(said).collect()
    }

    fn at_cursor(&mut self, method: &str) -> Value {
        let place = json!({ "textDocument": { "uri": self.uri }, "position": self.cursor });
        self.request(method, place)
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.wait(method, |message| {
            message["id"] == id && message["method"].is_null()
        });
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.waiting.iter().position(&wanted) {
            return self.waiting.remove(place).expect("found there");
        }
        loop {
            let message = self.output.recv_timeout(PATIENCE);
            let message = message.unwrap_or_else(|error| panic!("{what}: {error}"));
            if wanted(&message) {
                return message;
            }
            // What the server asks of the editor is granted, with nothing to say about it.
            if message["id"].is_number() && message["method"].is_string() {
                self.send(json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            } else {
                self.waiting.push_back(message);
            }
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It may be gone already.
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// Where the language server is installed.
fn modules() -> PathBuf {
    let modules = match std::env::var_os("MAINSTAY_TEST_NODE_MODULES") {
        Some(modules) => PathBuf::from(modules),
        None => support::root().join("target/npm/node_modules"),
    };
    assert!(
        modules.join("yaml-language-server").is_dir(),
        "the YAML language server is not in {}; run `./test`, or\n    \
         npm install --prefix target/npm yaml-language-server@1.25.0",
        modules.display()
    );
    modules
}

/// Reads messages in a thread of its own, until there are no more.
fn messages(output: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = message(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}

fn message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn text_of(documentation: &Value) -> String {
    let text = documentation.get("value").unwrap_or(documentation);
    text.as_str().unwrap_or_default().to_owned()
}

/// Only what people read: servers escape Markdown in their own ways.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// At the cursor every key of this definition is offered with what it means.
fn check_completion(plan: &str, definition: &str, stated: &[&str]) {
    let offered = Editor::open(plan).completions();
    let schema = mainstay::model::schema().to_value();
    let object = match definition {
        "" => &schema,
        name => &schema["$defs"][name],
    };
    for (key, property) in object["properties"].as_object().expect("keys") {
        let found = offered.iter().find(|(label, _)| label == key);
        if stated.contains(&key.as_str()) {
            assert!(found.is_none(), "`{key}` is offered again");
            continue;
        }
        let (_, documentation) = found.unwrap_or_else(|| panic!("no `{key}` in {offered:#?}"));
        let meaning = letters(property["description"].as_str().expect("text"));
        assert!(
            letters(documentation).contains(&meaning),
            "`{key}`: {documentation}"
        );
    }
}

#[test]
fn every_section_of_a_plan_is_offered() {
    check_completion("§\n", "", &[]);
}

#[test]
fn every_key_of_a_thing_is_offered() {
    check_completion(
        "systems:\n  - id: a\n    name: A\n    §\n",
        "System",
        &["id", "name"],
    );
    check_completion(
        "functions:\n  - id: a\n    rto: 4h\n    §\n",
        "Function",
        &["id", "rto"],
    );
    check_completion("organization:\n  §\n", "Organization", &[]);
}

#[test]
fn every_key_of_a_part_of_a_thing_is_offered() {
    let contact = "people:\n  - id: a\n    contacts:\n      - by: phone\n        §\n";
    check_completion(contact, "Contact", &["by"]);
    let bia = "functions:\n  - id: a\n    bia:\n      §\n    name: A\n";
    check_completion(bia, "Bia", &[]);
}

#[test]
fn the_words_that_a_key_takes_are_offered_with_their_meaning() {
    let plan =
        "systems:\n  - id: a\n    name: A\n    depends-on:\n      - on: b\n        kind: §\n";
    let offered = Editor::open(plan).completions();
    for word in ["hard", "soft", "bootstrap"] {
        let found = offered.iter().find(|(label, _)| label == word);
        let (_, documentation) = found.unwrap_or_else(|| panic!("no `{word}` in {offered:#?}"));
        assert!(!documentation.is_empty(), "`{word}`");
    }
}

#[test]
fn a_key_is_explained_when_the_pointer_rests_on_it() {
    let shown = Editor::open("functions:\n  - id: a\n    name: A\n    mt§pd: 4h\n").hover();
    assert!(
        shown.contains("aximum tolerable period of disruption"),
        "{shown}"
    );
    let shown = Editor::open("syst§ems:\n  - id: a\n").hover();
    assert!(shown.contains("pplications, data stores"), "{shown}");
}

#[test]
fn a_wrong_key_and_a_wrong_value_are_underlined() {
    let plan = "systems:\n  - id: a\n    name: A\n    rot: 4h\n    rto: 4 hous\n  - id: b\n";
    let said = Editor::open(plan).diagnostics();
    let about = |line: u64, part: &str| {
        let found = said
            .iter()
            .any(|(at, message)| *at == line && message.contains(part));
        assert!(found, "nothing with {part:?} on line {line} in {said:#?}");
    };
    about(4, "rot");
    about(5, "Write a length of time");
    about(6, "name");
    assert_eq!(said.len(), 3, "{said:#?}");
}

#[test]
fn nothing_is_underlined_in_a_plan_that_is_right() {
    let plan = "
team: {id: shop, name: Shop}
functions:
  - {id: checkout, name: Checkout, mtd: 8h, rto: 0, depends-on: [{on: 0777, kind: soft}]}
systems:
  - id: 0777
    name: 2026
    rto: 1d 12h
    verified-at: 2026-05-01
    depends-on:
people:
  - {id: no, name: Ő, time-zone: Europe/Budapest, contacts: [{by: phone, to: +1 555 0100}]}
";
    let loaded = support::load_text("plan.yaml", plan);
    let wrong: Vec<_> = loaded
        .findings
        .iter()
        .filter(|f| f.check != "no-organization")
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let said = Editor::open(plan).diagnostics();
    assert!(said.is_empty(), "{said:#?}");
}
