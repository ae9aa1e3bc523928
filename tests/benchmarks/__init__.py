"""How quick it is: every figure beside a floor of the same run; no test asserts on these."""
