"""Who runs this installation, as the law wants shoppers to be told. Production does not start while any of it is empty.

Source: Law on E-commerce 122/2025/QH15 (in force since 1 July 2026) on the duties of intermediary platforms; before it
Decree 52/2013/NĐ-CP, article 29, amended by 85/2021/NĐ-CP.
"""

from dataclasses import dataclass, fields

from core.settings_reader import SettingError, SettingsReader


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorSettings:
    """Each field is a setting of the same name in capitals.

    operator_registration: number of the notice or registration of the platform with the Ministry of Industry and Trade.
    """

    operator_name: str
    operator_tax_code: str
    operator_address: str
    operator_registration: str
    operator_phone: str
    operator_email: str


def read_operator_settings(reader: SettingsReader, environment: str) -> OperatorSettings:
    """Who runs it. environment: the value of OCOP_ENV. Raises SettingError for the first one that production lacks."""
    told = {each.name: reader.text(each.name.upper(), "") for each in fields(OperatorSettings)}
    if environment == "production":
        for name, value in told.items():
            if not value:
                raise SettingError(name.upper(), "is missing: shoppers must be told who runs the market")
    return OperatorSettings(**told)
