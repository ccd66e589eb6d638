using IclMesh.Inference.Text.Jinja;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Chat;

/// <summary>A model's chat template: turns a conversation into the text that the model was trained on. Thread-safe.</summary>
/// <remarks>
/// The part of Jinja that published models use, set up as transformers does (<c>trim_blocks</c>, <c>lstrip_blocks</c>, <c>raise_exception</c>,
/// <c>strftime_now</c>, <c>tojson</c> without HTML escapes). Templates come with models and are not trusted: they see only what they are
/// given, and what they may cost is bounded. No library for .NET renders Jinja; Liquid and Handlebars are other languages.
/// </remarks>
public sealed class ChatTemplate
{
    private const int MaximumLength = 1 << 20;
    private const long Budget = 20_000_000;

    private readonly IReadOnlyList<Statement> statements;

    private ChatTemplate(IReadOnlyList<Statement> statements) => this.statements = statements;

    /// <summary>Parses a template.</summary>
    /// <param name="template">Its text, at most a million characters.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.DataLoss"/> with the line where it is no template; <see cref="ErrorKind.Unimplemented"/> where it uses a part of
    /// Jinja that is not supported.
    /// </exception>
    public static ChatTemplate Parse(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return template.Length <= MaximumLength
            ? new(Guarded(() => TemplateParser.Parse(template)))
            : throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "characters of the chat template", MaximumLength, template.Length);
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="addGenerationPrompt">Ends with the beginning of an answer.</param>
    /// <param name="tokenizer">Gives <c>bos_token</c>, <c>eos_token</c> and the special tokens that messages may not forge.</param>
    /// <param name="time">Clock for templates that write the date.</param>
    /// <exception cref="MeshException">
    /// <inheritdoc cref="Render(IReadOnlyDictionary{string, object?}, TimeProvider)" path="/exception"/>
    /// Also where a message holds the spelling of a special token and the template rewrites the message so that the two cannot be told apart.
    /// </exception>
    public RenderedChat Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, ITextTokenizer tokenizer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetLocalNow();
        var text = Render(Variables(messages, addGenerationPrompt, tokenizer), now);
        var unmarked = tokenizer.SpecialTokens.Where(token => !MarkedText.HasPunctuation(token)).ToList();
        if (messages.All(message => !UserText.HoldsOne(message, unmarked)) && UserText.Scope(text, () => Render(Variables([.. messages.Select(UserText.Mark)], addGenerationPrompt, tokenizer), now)) is { } scope)
        {
            return new(text, scope);
        }

        var forged = messages.Index().FirstOrDefault(message => UserText.HoldsOne(message.Item, tokenizer.SpecialTokens), (-1, null!));
        return forged.Index < 0
            ? new(text, SpecialTokenScope.Everywhere)
            : throw MeshException.Invalid(
                $"messages[{forged.Index}]", "holds the spelling of a special token, and the chat template rewrites it so that it cannot be told from the template's own");
    }

    /// <summary>Renders with any variables.</summary>
    /// <param name="variables">Texts, numbers, truth values, null, lists, dictionaries by text, JSON elements.</param>
    /// <param name="time">Clock for templates that write the date.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.InvalidArgument"/> on the field <c>messages</c>, with the template's own words where it refuses them;
    /// <see cref="ErrorKind.ResourceExhausted"/> where it needs too many steps or writes too much.
    /// </exception>
    public string Render(IReadOnlyDictionary<string, object?> variables, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(time);
        return Render(variables, time.GetLocalNow());
    }

    private string Render(IReadOnlyDictionary<string, object?> variables, DateTimeOffset now)
    {
        var globals = Globals.Create(now);
        foreach (var (name, value) in variables)
        {
            globals.Set(name, TemplateValues.From(value));
        }

        return Guarded(() => new Renderer(new(Budget)).Render(statements, new(globals)));
    }

    private static Dictionary<string, object?> Variables(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, ITextTokenizer tokenizer) => new()
    {
        ["messages"] = messages.Select(message => new Dictionary<string, object?> { ["role"] = message.Role, ["content"] = message.Content }).ToList(),
        ["add_generation_prompt"] = addGenerationPrompt,
        ["bos_token"] = tokenizer.BeginToken is { } begin ? tokenizer.TokenText(begin) : "",
        ["eos_token"] = tokenizer.EndToken is { } end ? tokenizer.TokenText(end) : "",
    };

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (TemplateException fault)
        {
            throw fault.Kind switch
            {
                TemplateFault.Syntax => new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"chat template, line {fault.Line}: {fault.Message}", fault),
                TemplateFault.Unsupported => new(
                    ErrorKind.Unimplemented, ErrorReasons.FormatUnsupported, $"chat template, line {fault.Line}: {fault.Message}", fault),
                TemplateFault.Limit => new(ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge, $"chat template, line {fault.Line}: {fault.Message}", fault),
                TemplateFault.Raised => MeshException.Invalid("messages", fault.Message),
                _ => MeshException.Invalid("messages", $"the chat template cannot render them, line {fault.Line}: {fault.Message}"),
            };
        }
        catch (InsufficientExecutionStackException cause)
        {
            throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge, "chat template: its macros call each other too deep", cause);
        }
    }
}
