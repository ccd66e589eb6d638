using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Spectre.Console;

namespace IclMesh.Cli.CommandLine;

/// <summary>Where a command speaks: people read <see cref="Out"/> and <see cref="Progress"/>, programs read the one JSON document.</summary>
internal sealed class Terminal
{
    private const int RedirectedWidth = 160;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // The document goes to a terminal or a file, never into HTML: text stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonFormatter Messages = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

#pragma warning disable RS0030 // The one place where the process's own streams are opened.
    private readonly TextWriter document = Console.Out;
    private readonly bool outputIsFile = Console.IsOutputRedirected;

    /// <summary>Opens the terminal of this process.</summary>
    /// <param name="json">Standard output belongs to the JSON document; everything else goes to standard error.</param>
    public Terminal(bool json)
    {
        IsJson = json;
        Error = Open(Console.Error);
        Out = json ? Error : Open(Console.Out);
        if (Console.IsOutputRedirected)
        {
            // A file or a pipe has no width of its own: leave tables room to stay readable.
            Out.Profile.Width = RedirectedWidth;
        }
    }
#pragma warning restore RS0030

    /// <summary>Standard output belongs to a JSON document.</summary>
    public bool IsJson { get; }

    /// <summary>For people.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>For failures and progress.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Writes the JSON document.</summary>
    public void WriteJson(object value) => document.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Writes a message of the API as the JSON document, in its protobuf JSON form.</summary>
    public void WriteMessage(IMessage message) => document.WriteLine(Messages.Format(message));

    /// <summary>Writes a document of another form than JSON, such as YAML, to standard output: exactly to a file or a pipe, visibly to a terminal.</summary>
    public void WriteDocument(string text) => document.Write(outputIsFile ? text : Visible.Of(text, keepLines: true));

    /// <summary>Runs work behind a progress bar on standard error.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">Number of units.</param>
    /// <param name="work">The work; it reports finished units.</param>
    public Task<T> ProgressAsync<T>(string title, double total, Func<Action<double>, Task<T>> work) =>
        Error.Progress()
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Title(title), maxValue: total);
                return work(finished => task.Increment(finished));
            });

    /// <summary>Shows a spinner while something of unknown length goes on.</summary>
    public Task<T> StatusAsync<T>(string title, Func<Task<T>> work) => Error.Status().StartAsync(Title(title), _ => work());

    /// <summary>Progress is drawn behind the hook that makes text visible.</summary>
    private static string Title(string title) => Markup.Escape(Visible.Of(title));

    private static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer) });
        console.Pipeline.Attach(new VisibleText());
        return console;
    }
}
