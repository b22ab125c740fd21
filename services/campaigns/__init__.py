"""活动: campaigns as data. A template makes a plan, the plan's messages go out as broadcasts at their times."""
