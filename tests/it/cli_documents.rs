//! Documents by the command: where they go, and that they depend on their inputs alone.

use std::fs;

use crate::cli::{done, fails, mainstay, workspace};
use crate::support::{self, NOW};

#[test]
fn run_writes_the_plan_and_says_what_is_wrong_and_what_comes_next() {
    let temp = tempfile::tempdir().expect("a folder");
    let out = temp.path().join("out");
    let out = out.to_str().expect("text");
    let arguments = ["run", "--now", NOW, "--format", "html,md", "--out", out];
    let text = done(&support::root(), &arguments);
    assert!(text.contains("\nerror["), "{text}");
    for name in ["plan.html", "plan.md"] {
        assert!(text.contains(&format!("wrote {out}/{name}\n")), "{text}");
    }
    assert!(
        text.lines()
            .last()
            .is_some_and(|last| last.starts_with("Next: ")),
        "{text}"
    );
    let html = fs::read_to_string(format!("{out}/plan.html")).expect("the plan");
    assert!(html.contains("Lumenary"));
    let denied = mainstay(
        &support::root(),
        &[&arguments[..], &["--deny", "errors"]].concat(),
    );
    assert_eq!(denied.status, 1);
}

#[test]
fn the_same_plans_and_the_same_time_give_the_same_bytes() {
    let (temp, folder) = workspace();
    let render = |out: &str| {
        let out = temp.path().join(out);
        let path = out.to_str().expect("text");
        done(
            &folder,
            &["render", "--now", NOW, "--format", "html,md", "--out", path],
        );
        ["plan.html", "plan.md"].map(|name| fs::read(out.join(name)).expect(name))
    };
    assert_eq!(render("one"), render("two"));
}

#[test]
fn the_public_plan_and_the_sheet_of_a_person_have_names_of_their_own() {
    let (_temp, folder) = workspace();
    done(&folder, &["render", "--now", NOW, "--format", "html"]);
    done(
        &folder,
        &["render", "--now", NOW, "--format", "html", "--public"],
    );
    done(
        &folder,
        &[
            "render",
            "--now",
            NOW,
            "--format",
            "html",
            "--for",
            "first-person",
        ],
    );
    let read = |name: &str| fs::read_to_string(folder.join("out").join(name)).expect(name);
    let number = "555 0101";
    assert!(read("plan.html").contains(number));
    assert!(!read("plan-public.html").contains(number));
    assert!(read("plan-first-person.html").contains(number));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let (_temp, folder) = workspace();
    fs::write(folder.join("taken"), "a file").expect("written");
    let said = fails(
        &folder,
        3,
        &["render", "--format", "html", "--out", "taken"],
    );
    assert!(said.contains("failed to write `taken/plan.html`"), "{said}");
    assert!(said.contains("`--out`"), "{said}");
}

#[test]
fn a_template_takes_the_place_of_its_namesake() {
    let (_temp, folder) = workspace();
    fs::create_dir_all(folder.join("ours/markdown")).expect("a folder");
    fs::write(
        folder.join("ours/markdown/plan.hbs"),
        "Ours: {{missing-value}}\n",
    )
    .expect("written");
    let render = ["render", "--format", "md", "--template", "ours"];
    // A value that is missing fails the document; it is never blank.
    let said = fails(&folder, 5, &render);
    assert!(said.contains("missing-value"), "{said}");
    fs::write(folder.join("ours/markdown/plan.hbs"), "Ours.\n").expect("written");
    done(&folder, &render);
    assert_eq!(
        fs::read_to_string(folder.join("out/plan.md")).expect("the plan"),
        "Ours.\n"
    );
    fs::rename(
        folder.join("ours/markdown/plan.hbs"),
        folder.join("ours/markdown/plam.hbs"),
    )
    .expect("renamed");
    let said = fails(&folder, 5, &render);
    assert!(said.contains("Did you mean `markdown/plan.hbs`?"), "{said}");
    fails(&folder, 3, &["render", "--template", "nowhere"]);
}
