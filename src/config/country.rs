//! Countries as the calendar of public holidays names them: `DE`, or `DE-BY` for a part of one.

/// Every country code (ISO 3166-1 alpha-2).
const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN \
    BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL \
    GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM \
    JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME \
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP \
    NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
    SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO \
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Zones whose country is beyond doubt, so that it need not be asked for.
const BY_ZONE: [(&str, &str); 44] = [
    ("Europe/Berlin", "DE"),
    ("Europe/Vienna", "AT"),
    ("Europe/Zurich", "CH"),
    ("Europe/London", "GB"),
    ("Europe/Dublin", "IE"),
    ("Europe/Paris", "FR"),
    ("Europe/Madrid", "ES"),
    ("Europe/Lisbon", "PT"),
    ("Europe/Rome", "IT"),
    ("Europe/Amsterdam", "NL"),
    ("Europe/Brussels", "BE"),
    ("Europe/Luxembourg", "LU"),
    ("Europe/Copenhagen", "DK"),
    ("Europe/Oslo", "NO"),
    ("Europe/Stockholm", "SE"),
    ("Europe/Helsinki", "FI"),
    ("Europe/Warsaw", "PL"),
    ("Europe/Prague", "CZ"),
    ("Europe/Bratislava", "SK"),
    ("Europe/Budapest", "HU"),
    ("Europe/Ljubljana", "SI"),
    ("Europe/Zagreb", "HR"),
    ("Europe/Athens", "GR"),
    ("Europe/Bucharest", "RO"),
    ("Europe/Sofia", "BG"),
    ("Europe/Tallinn", "EE"),
    ("Europe/Riga", "LV"),
    ("Europe/Vilnius", "LT"),
    ("Europe/Istanbul", "TR"),
    ("Europe/Kyiv", "UA"),
    ("America/New_York", "US"),
    ("America/Chicago", "US"),
    ("America/Denver", "US"),
    ("America/Los_Angeles", "US"),
    ("America/Toronto", "CA"),
    ("America/Vancouver", "CA"),
    ("America/Mexico_City", "MX"),
    ("America/Sao_Paulo", "BR"),
    ("Asia/Kolkata", "IN"),
    ("Asia/Singapore", "SG"),
    ("Asia/Tokyo", "JP"),
    ("Australia/Sydney", "AU"),
    ("Australia/Melbourne", "AU"),
    ("Pacific/Auckland", "NZ"),
];

/// Reads `de`, `DE` or `DE-BY`; the result is in capitals.
pub(super) fn read(text: &str) -> Result<String, String> {
    let code = text.trim().to_ascii_uppercase();
    let (country, part) = code.split_once('-').map_or((code.as_str(), None), |(c, p)| (c, Some(p)));
    if country == "UK" {
        return Err("unknown country \"UK\"; did you mean \"GB\"?".to_owned());
    }
    if !CODES.split(' ').any(|known| known == country) {
        return Err(format!(
            "unknown country {text:?}; write its two letters (ISO 3166), as in \"DE\" or \"DE-BY\""
        ));
    }
    let part_fits = part.is_none_or(|part| {
        (1..=3).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    });
    if part_fits {
        Ok(code)
    } else {
        Err(format!("unknown part of a country {text:?}; write it as in \"DE-BY\""))
    }
}

/// The country of a zone, or nothing: then only weekends are free.
pub(super) fn of_zone(zone: &str) -> String {
    let found = BY_ZONE.iter().find(|(name, _)| *name == zone);
    found.map_or_else(String::new, |(_, country)| (*country).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_letters_with_an_optional_part() {
        for (text, code) in [("de", "DE"), ("DE-BY", "DE-BY"), (" us-ca ", "US-CA"), ("ZW", "ZW")] {
            assert_eq!(read(text), Ok(code.to_owned()));
        }
        for wrong in ["", "Germany", "XX", "DE-", "DE-BYERN", "D E"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("UK").unwrap_err().contains("GB"));
    }

    #[test]
    fn every_zone_of_the_table_exists_with_a_known_country() {
        for (zone, country) in BY_ZONE {
            assert!(zone.parse::<chrono_tz::Tz>().is_ok(), "{zone}");
            assert_eq!(read(country), Ok(country.to_owned()));
        }
        assert_eq!(of_zone("UTC"), "");
    }
}
