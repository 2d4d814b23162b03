//! What passwords cost: hashing the default ones in the background, and many people signing in at once.

use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use futures_util::future::join_all;
use menpai::domain::time::Timestamp;
use menpai::store::{Store, StoreOptions};
use tokio::sync::watch;

use crate::appliance::Appliance;
use crate::child::SimulatorProcess;
use crate::figures::{millis, percentile};
use crate::wire::Wire;

/// More than can be hashed while it is measured.
const MEMBERS: usize = 10_000;
/// How long hashing is watched.
const WATCHED: Duration = Duration::from_secs(10);

/// Everything about passwords.
pub(crate) async fn measure() {
    let alone = hashes_per_second();
    let spare =
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get).saturating_sub(1).max(1);
    let simulator = SimulatorProcess::start(MEMBERS, false);
    let appliance = Appliance::start(&simulator, 0).await;
    appliance.synchronise().await;
    let path = appliance.path("members?limit=50");
    let mut wire = Wire::connect(appliance.authority(), appliance.token()).await;
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < WATCHED {
        times.push(wire.get(&path).await.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    let directory = appliance.into_directory();
    simulator.stop();
    let store = Store::open(&directory.path().join("data"), &StoreOptions::default(), Timestamp(0)).unwrap();
    let waiting = store.read_blocking(|tx| Ok(tx.accounts().pending(MEMBERS)?.len())).unwrap();
    store.close();
    let hashed = f64::from(u32::try_from(MEMBERS - waiting).unwrap()) / took.as_secs_f64();
    let best = alone * f64::from(u32::try_from(spare).unwrap());
    println!("\ndefault passwords, hashed in the background on {spare} spare core(s)");
    println!(
        "  hashed                {hashed:>9.1} a second, the argon2 crate alone {best:.1}: {:.2} x (goal 0.9)",
        hashed / best
    );
    println!(
        "  page of members       {:>9.2} ms  p99 {:.2} ms meanwhile (goal 50)",
        millis(percentile(&mut times, 50)),
        millis(percentile(&mut times, 99))
    );
    sign_ins().await;
}

/// One thread alone, for two seconds.
fn hashes_per_second() -> f64 {
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        let hashed = Argon2::default().hash_password_with_salt(b"ABC12313800000001", &[7; 16]);
        assert!(hashed.is_ok());
        count += 1;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// A hundred people at once.
async fn sign_ins() {
    let simulator = SimulatorProcess::start(100, false);
    let mut appliance = Appliance::start(&simulator, 0).await;
    appliance.synchronise().await;
    let house = appliance.get("").await["houseNumber"].as_str().unwrap().to_owned();
    let members = appliance.get("members?limit=100").await;
    let usernames: Vec<&str> =
        members["items"].as_array().unwrap().iter().filter_map(|one| one["username"].as_str()).collect();
    appliance.restart();
    let path = appliance.path("members?limit=50");
    let mut wire = Wire::connect(appliance.authority(), appliance.token()).await;
    wire.get(&path).await;
    let over = watch::Sender::new(false);
    let seen = over.subscribe();
    let beside = tokio::spawn(async move {
        let mut times = Vec::new();
        while !*seen.borrow() {
            times.push(wire.get(&path).await.0);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        times
    });
    let began = Instant::now();
    let signed_in = join_all(usernames.iter().map(|username| {
        let (appliance, password) = (&appliance, format!("{house}{username}"));
        async move { appliance.sign_in(username, &password).await }
    }))
    .await;
    let took = began.elapsed();
    over.send_replace(true);
    let mut beside = beside.await.unwrap();
    let let_in = signed_in.iter().filter(|(let_in, _)| *let_in).count();
    let mut times: Vec<Duration> = signed_in.into_iter().map(|(_, time)| time).collect();
    println!(
        "  sign-ins at once      {let_in:>9} of {} in {:.0} ms, the last after {:.0} ms, peak memory {} MB (goal 300)",
        usernames.len(),
        millis(took),
        millis(percentile(&mut times, 100)),
        appliance.peak_kilobytes() / 1024
    );
    println!(
        "  page of members       {:>9.2} ms  p99 {:.2} ms beside those sign-ins (goal 50)",
        millis(percentile(&mut beside, 50)),
        millis(percentile(&mut beside, 99))
    );
    appliance.stop();
    simulator.stop();
}
