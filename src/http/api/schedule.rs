//! A tenant's schedule on the wire.

use poem_openapi::{Enum, Object};

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::schedule::Schedule;
use crate::domain::text::Text;
use crate::http::json_string::JsonString;

/// The kinds of schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "ScheduleMode", rename_all = "camelCase")]
pub(super) enum Mode {
    /// Never by itself.
    Off,
    /// Every `everyHours` hours.
    EveryHours,
    /// Once a day at `dailyAt` of `timeZone`.
    DailyAt,
}

/// When a tenant synchronises by itself: never on the full hour, each tenant at minutes of its own.
#[derive(Debug, Object)]
#[oai(rename = "Schedule", deny_unknown_fields, rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct ScheduleDocument {
    /// `off`, `everyHours` or `dailyAt`.
    mode: Mode,
    /// 1 to 24.
    every_hours: Option<u32>,
    /// `HH:MM`; it begins within the quarter of an hour that follows.
    daily_at: Option<JsonString>,
    /// An IANA name; `Asia/Shanghai` when absent. A time that the clock jumps over moves on by the length of the jump,
    /// one that comes twice counts the first time.
    time_zone: Option<JsonString>,
}

impl From<&Schedule> for ScheduleDocument {
    fn from(schedule: &Schedule) -> Self {
        let mut document = Self { mode: Mode::Off, every_hours: None, daily_at: None, time_zone: None };
        match schedule {
            Schedule::Off => {}
            Schedule::EveryHours(hours) => {
                document.mode = Mode::EveryHours;
                document.every_hours = Some(u32::from(*hours));
            }
            Schedule::DailyAt { hour, minute, time_zone } => {
                document.mode = Mode::DailyAt;
                document.daily_at = Some(JsonString(format!("{hour:02}:{minute:02}")));
                document.time_zone = Some(JsonString(time_zone.clone()));
            }
        }
        document
    }
}

impl TryFrom<ScheduleDocument> for Schedule {
    type Error = Error;

    fn try_from(document: ScheduleDocument) -> Result<Self> {
        let ScheduleDocument { mode, every_hours, daily_at, time_zone } = document;
        let schedule = match mode {
            Mode::Off => Ok(Self::Off),
            Mode::EveryHours => Self::every_hours(every_hours.unwrap_or_default()),
            Mode::DailyAt => {
                let time_zone = time_zone.map_or_else(|| "Asia/Shanghai".to_owned(), |zone| zone.0);
                Self::daily_at(&daily_at.unwrap_or_default().0, &time_zone)
            }
        };
        schedule.map_err(|detail: Text| Error { code: ErrorCode::InvalidRequest, detail, retry_after: None })
    }
}
