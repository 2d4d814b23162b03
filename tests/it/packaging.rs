//! The installer on an empty root, with a program that only says its version.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// An unpacked release of some version.
fn release(folder: &Path, version: &str) {
    fs::create_dir_all(folder.join("docs")).unwrap();
    for file in ["install.sh", "menpai.service"] {
        fs::copy(Path::new(ROOT).join("packaging").join(file), folder.join(file)).unwrap();
    }
    fs::write(folder.join("docs/OPERATE.md"), version).unwrap();
    let program = format!("#!/bin/sh\necho menpai {version}\n");
    fs::write(folder.join("menpai"), &program).unwrap();
    fs::set_permissions(folder.join("menpai"), fs::Permissions::from_mode(0o755)).unwrap();
    let hash: String = Sha256::digest(&program).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(folder.join("SHA256SUMS"), format!("{hash}  menpai\n")).unwrap();
}

fn install(release: &Path, root: &Path, more: &[&str]) -> (bool, String) {
    let mut command = Command::new("sh");
    command.arg(release.join("install.sh")).arg("--root").arg(root).args(more);
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn installing_upgrading_and_removing_leave_what_is_the_operators() {
    let directory = tempfile::tempdir().unwrap();
    let (first, second, root) =
        (directory.path().join("1"), directory.path().join("2"), directory.path().join("root"));
    release(&first, "1.0.0");
    release(&second, "2.0.0");
    let (done, said) = install(&first, &root, &[]);
    assert!(done, "{said}");
    let program = root.join("usr/local/bin/menpai");
    let settings = root.join("etc/menpai/menpai.toml");
    let data = root.join("var/lib/menpai");
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(root.join("etc/systemd/system/menpai.service").is_file());
    fs::write(&settings, "listen = \"127.0.0.1:1\"\n").unwrap();
    fs::write(data.join("kept"), "data").unwrap();

    let (done, said) = install(&first, &root, &[]);
    assert!(done && said.contains("already"), "{said}");
    let (done, said) = install(&second, &root, &[]);
    assert!(done, "{said}");
    assert!(fs::read_to_string(&program).unwrap().contains("2.0.0"));
    assert!(fs::read_to_string(program.with_extension("previous")).unwrap().contains("1.0.0"));
    assert!(fs::read_to_string(&settings).unwrap().contains("127.0.0.1:1"), "settings stay");

    let (done, said) = install(&second, &root, &["--uninstall"]);
    assert!(done && !program.exists() && settings.exists() && data.join("kept").exists(), "{said}");
    let (done, said) = install(&second, &root, &["--purge"]);
    assert!(done && !settings.exists() && !data.exists(), "{said}");
}

#[test]
fn a_program_that_is_not_the_released_one_is_not_installed() {
    let directory = tempfile::tempdir().unwrap();
    let (folder, root) = (directory.path().join("1"), directory.path().join("root"));
    release(&folder, "1.0.0");
    fs::write(folder.join("menpai"), "#!/bin/sh\necho changed\n").unwrap();
    let (done, said) = install(&folder, &root, &[]);
    assert!(!done && said.contains("SHA256SUMS") && !root.join("usr/local/bin/menpai").exists(), "{said}");
}
