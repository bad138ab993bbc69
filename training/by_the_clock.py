"""When to save, measure and stop, and how fast the run is."""

from collections.abc import Callable

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.budget import Budget
from training.run_log import RunLog
from training.settings import FinetuneSettings


class ByTheClock(TrainerCallback):
    """Saves, measures and stops by the clock and the budget, and reports the speed.

    `tick` brings the clocks of several processes together; `context` is the length of a row.
    """

    def __init__(
        self,
        budget: Budget,
        log: RunLog,
        settings: FinetuneSettings,
        tick: Callable[[], None],
        context: int,
    ) -> None:
        self._budget = budget
        self._log = log
        self._tick = tick
        self._context = context
        self._save_every = 60 * settings.save_every
        self._evaluate_every = 60 * settings.evaluate_every
        self._saved = self._evaluated = self._logged = 0.0
        self._logged_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Begin counting where an interrupted run left off."""
        del args, control
        self._saved = self._evaluated = self._logged = self._budget.seconds
        self._logged_step = state.global_step

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Decide after each step what is due."""
        del args
        self._tick()
        self._budget.step = state.global_step
        self._log.advance()
        seconds = self._budget.seconds
        if self._budget.is_used_up:
            control.should_training_stop = True
            control.should_evaluate = control.should_save = True
            return
        if seconds - self._evaluated >= self._evaluate_every:
            control.should_evaluate, self._evaluated = True, seconds
        if seconds - self._saved >= self._save_every:
            control.should_save, self._saved = True, seconds

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: object,
    ) -> None:
        """Report the loss with the speed since the last report."""
        del control
        if not logs or "loss" not in logs or not state.is_world_process_zero:
            return
        seconds, steps = self._budget.seconds, state.global_step - self._logged_step
        a_step = rows_a_step(args) * self._context
        self._log.report(
            {
                "loss": round(logs["loss"], 4),
                "learning_rate": round(logs["learning_rate"], 7),
                "tokens": state.global_step * a_step,
                "tokens_per_second": round(steps * a_step / max(seconds - self._logged, 1e-9)),
            }
        )
        self._logged, self._logged_step = seconds, state.global_step


def rows_a_step(args: TrainingArguments) -> int:
    """Return the rows of a step, over all passes, devices and processes."""
    rows: int = args.train_batch_size * args.gradient_accumulation_steps * args.world_size
    return rows
