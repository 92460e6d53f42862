//! Components of dates and times, and how far two values are apart
//! (<http://hl7.org/fhirpath/#extract-datedatetimetime-components>).

use super::CalendarUnit;
use super::temporal::{DAY, Precision, Temporal, TemporalType};

impl Temporal {
    /// The component of a precision; none where the value does not have it. A second has its milliseconds
    /// beside it.
    pub fn component(&self, wanted: Precision) -> Option<i64> {
        let is_date = wanted < Precision::Hour;
        if wanted > self.precision || is_date && self.kind == TemporalType::Time {
            return None;
        }
        let (year, month, day) = self.date();
        Some(match wanted {
            Precision::Year => year,
            Precision::Month => month.into(),
            Precision::Day => day.into(),
            Precision::Hour => self.millis / 3_600_000,
            Precision::Minute => self.millis / 60_000 % 60,
            Precision::Second => self.millis / 1000 % 60,
            Precision::Millisecond => self.millis % 1000,
        })
    }

    /// The date of a date with a time; none of a time.
    pub fn to_date(self) -> Option<Self> {
        let precision = self.precision.min(Precision::Day);
        let date = Self { kind: TemporalType::Date, precision, millis: 0, offset: None, ..self };
        (self.kind != TemporalType::Time).then_some(date)
    }

    /// How many whole units fit between this value and a later one; negative where it is earlier. None where
    /// the two are not as precise as the unit, or not of one kind.
    pub fn whole_units_to(self, other: Self, unit: CalendarUnit) -> Option<i64> {
        let (from, to) = self.measurable(other, unit)?;
        if let CalendarUnit::Of(Precision::Year | Precision::Month) = unit {
            let months = |t: Self| t.date().0 * 12 + i64::from(t.date().1);
            let rest = |t: Self| (t.date().2, t.millis);
            let mut count = months(to) - months(from);
            // The last month counts only if it is over.
            count -= i64::from(count > 0 && rest(to) < rest(from));
            count += i64::from(count < 0 && rest(to) > rest(from));
            return Some(if unit == CalendarUnit::Of(Precision::Year) {
                count / 12
            } else {
                count
            });
        }
        Some((to.since_epoch() - from.since_epoch()) / unit.millis())
    }

    /// How many boundaries of a unit lie between this value and a later one: new years, midnights, Sundays.
    pub fn boundaries_to(self, other: Self, unit: CalendarUnit) -> Option<i64> {
        let (from, to) = self.measurable(other, unit)?;
        let months = |t: Self| t.date().0 * 12 + i64::from(t.date().1);
        Some(match unit {
            CalendarUnit::Of(Precision::Year) => to.date().0 - from.date().0,
            CalendarUnit::Of(Precision::Month) => months(to) - months(from),
            // 1970-01-04 was a Sunday.
            CalendarUnit::Week => (to.days - 3).div_euclid(7) - (from.days - 3).div_euclid(7),
            CalendarUnit::Of(_) => {
                to.since_epoch().div_euclid(unit.millis())
                    - from.since_epoch().div_euclid(unit.millis())
            }
        })
    }

    /// Both in one offset, where both are as precise as the unit.
    fn measurable(self, other: Self, unit: CalendarUnit) -> Option<(Self, Self)> {
        let needed = match unit {
            CalendarUnit::Week => Precision::Day,
            // Seconds and their fractions are one precision.
            CalendarUnit::Of(unit) => unit.min(Precision::Second),
        };
        let is_time = |t: &Self| t.kind == TemporalType::Time;
        let is_measurable = is_time(&self) == is_time(&other)
            && self.precision.min(other.precision) >= needed
            && (!is_time(&self) || needed >= Precision::Hour);
        let other = match (self.offset, other.offset) {
            (Some(own), Some(_)) => other.in_utc().shift_millis(i64::from(own) * 60_000),
            _ => other,
        };
        is_measurable.then_some((self, other))
    }

    fn since_epoch(self) -> i64 {
        self.days * DAY + self.millis
    }
}
