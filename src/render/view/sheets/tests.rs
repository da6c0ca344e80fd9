//! The union over all sheets is every step, and everybody has a sheet.
