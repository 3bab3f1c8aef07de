"""Who runs a market of production in tests: a firm that does not exist."""

OPERATOR = {
    "OPERATOR_NAME": "Công ty Chợ Minh Họa",
    "OPERATOR_TAX_CODE": "0100233488",
    "OPERATOR_ADDRESS": "1 Đường Minh Họa, Hà Nội",
    "OPERATOR_REGISTRATION": "TMDT-0000",
    "OPERATOR_PHONE": "02430000000",
    "OPERATOR_EMAIL": "giup@cho.example.vn",
}
