//! The last report of the doctor for each tenant.

use super::error::Result;
use super::key::Key;
use super::row::Row;
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::Writing;
use crate::domain::doctor::Report;

impl Row for Report {
    const TABLE: Table = Table::DoctorReports;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant))
    }
}

/// The doctor's last report on one tenant.
#[derive(Debug)]
pub struct DoctorReportOf<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The doctor's last report on this tenant.
    pub fn doctor_report(&self) -> DoctorReportOf<'a, 't, M> {
        DoctorReportOf { tenant: *self }
    }
}

impl<M> DoctorReportOf<'_, '_, M> {
    /// The report, when there was an examination.
    pub fn get(&self) -> Result<Option<Report>> {
        self.tenant.tx.row(&self.tenant.key())
    }
}

impl DoctorReportOf<'_, '_, Writing> {
    /// Replaces the report.
    pub fn put(&self, report: &Report) -> Result<()> {
        self.tenant.own(Table::DoctorReports, report.tenant)?;
        self.tenant.tx.put_row(self.tenant.key(), report)
    }

    /// Removes the report, with the application it is about.
    pub fn remove(&self) -> Result<Option<Report>> {
        self.tenant.tx.remove_row(&self.tenant.key())
    }
}
